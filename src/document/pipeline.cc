#include "document/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "document/filter.h"
#include "document/json.h"

namespace proffer::document {
namespace json = boost::json;
namespace {

using Documents = std::vector<json::object>;

constexpr std::string_view stage_names[] = {"$match", "$group",  "$project", "$addFields", "$set",
                                            "$unset", "$unwind", "$limit",   "$skip"};

base::Error wrong(std::string location, std::string message, const json::value& value) {
  return base::fail_field(std::move(location), std::move(message), json_excerpt(value)).value();
}

bool is_path(const json::value& value) {
  return value.is_string() && value.get_string().starts_with('$') && value.get_string().size() > 1;
}

// The first value at "$path"; nothing when there is none.
std::optional<json::value> value_at(const json::object& document, const json::value& path) {
  std::optional<json::value> found;
  visit_values(document, std::string_view(path.get_string()).substr(1), [&](const json::value& value) {
    if (!found) found = value;
  });
  return found;
}

std::optional<json::value> evaluate(const json::object& document, const json::value& expression) {
  return is_path(expression) ? value_at(document, expression) : std::optional(expression);
}

// Arrays count as constants; objects would be expressions, which are not known here.
bool is_operand(const json::value& value) { return !value.is_object(); }

bool is_accumulator(const json::value& value) {
  if (!value.is_object() || value.get_object().size() != 1) return false;
  const auto& [name, operand] = *value.get_object().begin();
  if (name == "$sum") return operand.is_number();
  return (name == "$addToSet" || name == "$first") && is_path(operand);
}

bool is_group(const json::object& group) {
  const auto* id = group.if_contains("_id");
  return id != nullptr && is_operand(*id) && std::ranges::all_of(group, [](const auto& member) {
           return member.key() == "_id" || is_accumulator(member.value());
         });
}

bool is_unset(const json::value& value) {
  if (value.is_string()) return true;
  return value.is_array() && std::ranges::all_of(value.get_array(), [](const auto& name) { return name.is_string(); });
}

bool is_count(const json::value& value) { return value.is_uint64() || (value.is_int64() && value.get_int64() >= 0); }

bool is_object_of_operands(const json::value& value) {
  return value.is_object() &&
         std::ranges::all_of(value.get_object(), [](const auto& member) { return is_operand(member.value()); });
}

bool is_valid(std::string_view name, const json::value& value) {
  if (name == "$group") return value.is_object() && is_group(value.get_object());
  if (name == "$unset") return is_unset(value);
  if (name == "$unwind") return is_path(value);
  if (name == "$limit" || name == "$skip") return is_count(value);
  return is_object_of_operands(value);
}

std::optional<PipelineOutput> output_of(const json::value& value) {
  if (value.is_string()) return PipelineOutput{"", std::string(value.get_string())};
  if (!value.is_object()) return std::nullopt;
  const auto* database = value.get_object().if_contains("db");
  const auto* collection = value.get_object().if_contains("coll");
  if (database == nullptr || collection == nullptr || !database->is_string() || !collection->is_string()) {
    return std::nullopt;
  }
  return PipelineOutput{std::string(database->get_string()), std::string(collection->get_string())};
}

void match(Documents& documents, const json::object& members) {
  Filter filter;
  for (const auto& [path, value] : members) filter.conditions.push_back({path, Compare::equal, value});
  std::erase_if(documents, [&](const json::object& document) { return !filter.matches(document); });
}

void accumulate(json::object& group, std::string_view name, const json::object& accumulator,
                const json::object& document) {
  const auto& [how, operand] = *accumulator.begin();
  if (how == "$sum") {
    const auto* before = group.if_contains(name);
    group[name] = (before == nullptr ? 0 : before->to_number<double>()) + operand.to_number<double>();
    return;
  }
  const auto value = value_at(document, operand);
  if (how == "$first") {
    if (!group.contains(name)) group[name] = value.value_or(nullptr);
    return;
  }
  if (!group.contains(name)) group[name] = json::array{};
  auto& members = group.at(name).get_array();
  if (value && std::ranges::find(members, *value) == members.end()) members.push_back(*value);
}

void group(Documents& documents, const json::object& stage) {
  Documents groups;
  std::map<std::string, std::size_t> known;
  for (const auto& document : documents) {
    const auto id = evaluate(document, stage.at("_id")).value_or(nullptr);
    const auto [at, is_new] = known.emplace(json_text(id), groups.size());
    if (is_new) groups.push_back({{"_id", id}});
    for (const auto& [name, accumulator] : stage) {
      if (name != "_id") accumulate(groups[at->second], name, accumulator.get_object(), document);
    }
  }
  documents = std::move(groups);
}

bool is_flag(const json::value& value) { return value.is_bool() || value == json::value(0) || value == json::value(1); }
bool is_on(const json::value& value) { return value == json::value(true) || value == json::value(1); }

// Names what stays, unless all it does is to leave members out.
json::object projected(const json::object& document, const json::object& stage) {
  const bool leaves_out =
      std::ranges::all_of(stage, [](const auto& member) { return is_flag(member.value()) && !is_on(member.value()); });
  json::object out;
  if (leaves_out) out = document;
  const auto* id = stage.if_contains("_id");
  if (!leaves_out && document.contains("_id") && (id == nullptr || is_on(*id))) out["_id"] = document.at("_id");
  for (const auto& [name, value] : stage) {
    if (is_flag(value)) {
      if (!is_on(value)) out.erase(name);
      const auto* member = is_on(value) ? document.if_contains(name) : nullptr;
      if (member != nullptr) out[name] = *member;
    } else if (auto computed = evaluate(document, value)) {
      out[name] = std::move(*computed);
    }
  }
  return out;
}

void add_fields(json::object& document, const json::object& stage) {
  const json::object before = document;
  for (const auto& [name, value] : stage) {
    if (auto computed = evaluate(before, value)) document[name] = std::move(*computed);
  }
}

void unset(json::object& document, const json::value& names) {
  if (names.is_string()) document.erase(names.get_string());
  if (!names.is_array()) return;
  for (const auto& name : names.get_array()) document.erase(name.get_string());
}

// One document an element; none for an empty list or an absent member.
void unwind(Documents& documents, std::string_view name) {
  Documents out;
  for (const auto& document : documents) {
    const auto* member = document.if_contains(name);
    if (member == nullptr || member->is_null()) continue;
    const json::array elements = member->is_array() ? member->get_array() : json::array{*member};
    for (const auto& element : elements) {
      out.push_back(document);
      out.back()[name] = element;
    }
  }
  documents = std::move(out);
}

void cut(Documents& documents, std::string_view name, std::size_t count) {
  const auto kept = std::min(count, documents.size());
  if (name == "$limit") {
    documents.resize(kept);
  } else {
    documents.erase(documents.begin(), documents.begin() + static_cast<std::ptrdiff_t>(kept));
  }
}

void run_stage(Documents& documents, std::string_view name, const json::value& value) {
  if (name == "$match") return match(documents, value.get_object());
  if (name == "$group") return group(documents, value.get_object());
  if (name == "$unwind") return unwind(documents, std::string_view(value.get_string()).substr(1));
  if (name == "$limit" || name == "$skip") return cut(documents, name, value.to_number<std::size_t>());
  for (auto& document : documents) {
    if (name == "$unset") {
      unset(document, value);
    } else if (name == "$project") {
      document = projected(document, value.get_object());
    } else {
      add_fields(document, value.get_object());
    }
  }
}

// How many documents a stage will make, before it makes them.
std::size_t size_after(const Documents& documents, std::string_view name, const json::value& value) {
  if (name != "$unwind") return documents.size();
  std::size_t count = 0;
  for (const auto& document : documents) {
    const auto* member = document.if_contains(std::string_view(value.get_string()).substr(1));
    count += member != nullptr && member->is_array() ? member->get_array().size() : 1;
  }
  return count;
}

}  // namespace

base::Result<Pipeline> parse_pipeline(const json::value& value) {
  if (!value.is_array()) return tl::unexpected(wrong("pipeline", "expected a list of stages", value));
  Pipeline pipeline;
  const auto& stages = value.get_array();
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const auto place = fmt::format("pipeline[{}]", i);
    if (!stages[i].is_object() || stages[i].get_object().size() != 1) {
      return tl::unexpected(wrong(place, "expected an object with one member, the stage", stages[i]));
    }
    const auto& [name, operand] = *stages[i].get_object().begin();
    if (name == "$out") {
      pipeline.out = output_of(operand);
      if (pipeline.out && i + 1 == stages.size()) return pipeline;
      return tl::unexpected(wrong(place + ".$out", "expected to be last, with a collection or {db, coll}", operand));
    }
    if (std::ranges::find(stage_names, std::string_view(name)) == std::end(stage_names)) {
      return tl::unexpected(
          wrong(place, fmt::format("this stage is not known here; known: {}, $out", fmt::join(stage_names, ", ")),
                json::value(name)));
    }
    if (!is_valid(name, operand)) {
      return tl::unexpected(wrong(place + '.' + std::string(name), "has a form that is not known here", operand));
    }
    pipeline.stages.push_back(stages[i]);
  }
  return pipeline;
}

base::Result<Documents> run_pipeline(const Pipeline& pipeline, Documents documents, std::size_t limit) {
  for (const auto& stage : pipeline.stages) {
    const auto& [name, operand] = *stage.get_object().begin();
    if (size_after(documents, name, operand) > limit) {
      return base::fail(base::ErrorKind::too_large, fmt::format("a pipeline works on at most {} documents", limit));
    }
    run_stage(documents, name, operand);
  }
  return documents;
}

}  // namespace proffer::document
