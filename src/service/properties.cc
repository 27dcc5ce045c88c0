#include "service/properties.h"

#include <fmt/format.h>

#include <functional>
#include <map>

#include "base/ascii.h"
#include "document/json.h"
#include "document/lax_json.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

using document::Place;
using document::Unknown;
using document::Violations;

constexpr double longest_cache_ms = 1e13;

using Lines = std::map<std::string, std::string, std::less<>>;

// The value of each key, with continued lines joined.
Lines split(std::string_view text) {
  Lines lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    line += base::trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\\') && !text.empty()) {
      line.pop_back();
      continue;
    }
    const std::size_t equals = line.find('=');
    const bool comment = line.starts_with('#') || line.starts_with('!');
    if (equals != std::string::npos && !comment)
      lines[std::string(base::trimmed(line.substr(0, equals)))] =
          base::trimmed(std::string_view(line).substr(equals + 1));
    line.clear();
  }
  return lines;
}

bool is_empty(const json::value& value) {
  const auto* text = value.if_string();
  const auto* array = value.if_array();
  const auto* object = value.if_object();
  return value.is_null() || (text && text->empty()) || (array && array->empty()) || (object && object->empty());
}

// The original's templates name no database and no table where there is nothing to look up.
bool names_no_table(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return false;
  const auto blank = [&](std::string_view name) {
    const json::value* member = object->if_contains(name);
    return member == nullptr || is_empty(*member);
  };
  return blank("db") && blank("table") && blank("url");
}

class Reader {
 public:
  Reader(std::string_view text, const Place& place, Violations& violations)
      : lines_(split(text)), place_(place), violations_(violations) {}

  Properties read() {
    Properties properties;
    read_lookups(properties);
    properties.offer_matrix = table("predictor.offer.matrix");
    properties.offer_budget = table("predictor.offer.budget");
    read_whitelist(properties);
    properties.offer_cache_ms = cache();
    properties.epsilon = epsilon();
    properties.model_type = text("predictor.model.type");
    return properties;
  }

 private:
  // The value of a key; nothing when it is absent, empty or no lax JSON.
  std::optional<json::value> value(std::string_view key) {
    const auto line = lines_.find(key);
    if (line == lines_.end() || line->second.empty()) return std::nullopt;
    auto value = document::parse_lax_json(line->second, key);
    if (!value) {
      violations_.add(Place(place_, key), value.error().fields.at(0).message, json::value(line->second));
      return std::nullopt;
    }
    return is_empty(*value) ? std::nullopt : std::optional(std::move(*value));
  }

  std::string text(std::string_view key) {
    const auto found = value(key);
    if (!found) return {};
    return document::read_text(*found, {}, Place(place_, key), violations_).value_or("");
  }

  // Members of the original's forms that are not described here are ignored.
  template <class T>
  T part(const json::value& value, const Place& place) {
    return document::parse_part<T>(value, place, Unknown::ignore, violations_);
  }

  void read_lookups(Properties& properties) {
    constexpr std::string_view key = "predictor.param.lookup";
    const auto found = value(key);
    if (!found) return;
    const json::array one{*found};
    const json::array& all = found->is_array() ? found->get_array() : one;
    const Place place(place_, key);
    if (all.size() > base::limits::lookups_per_campaign)
      violations_.add(place, fmt::format("expected at most {} look-ups", base::limits::lookups_per_campaign));
    for (std::size_t i = 0; i < std::min(all.size(), base::limits::lookups_per_campaign); ++i)
      add_lookup(all[i], Place(place, i), properties);
    add_common(properties);
  }

  void add_lookup(const json::value& source, const Place& place, Properties& properties) {
    if (names_no_table(source)) return;
    properties.lookups.push_back(part<LookupFields>(source, place));
    const auto* object = source.if_object();
    const auto* variables = object == nullptr ? nullptr : object->if_contains("virtual_variables");
    if (variables == nullptr || is_empty(*variables)) return;
    const Place at(place, "virtual_variables");
    const auto read = part<std::vector<json::value>>(*variables, at);
    properties.virtual_variables.insert(properties.virtual_variables.end(), read.begin(), read.end());
  }

  // .features and .default hold for every look-up that says nothing itself.
  void add_common(Properties& properties) {
    const auto features = names("predictor.param.lookup.features");
    const auto defaults = value("predictor.param.lookup.default");
    json::object values;
    if (defaults) values = part<json::object>(*defaults, Place(place_, "predictor.param.lookup.default"));
    for (LookupFields& lookup : properties.lookups) {
      if (lookup.features.empty()) lookup.features = features;
      if (lookup.defaults.empty()) lookup.defaults = values;
    }
  }

  // An array; or names with commas between, in quotes or as they stand.
  std::vector<std::string> names(std::string_view key) {
    const auto line = lines_.find(key);
    const bool stands_bare = line != lines_.end() && line->second.find_first_of("[\"'") == std::string::npos;
    if (stands_bare) return split_names(line->second);
    const auto found = value(key);
    if (!found) return {};
    const auto* text = found->if_string();
    return text == nullptr ? part<std::vector<std::string>>(*found, Place(place_, key)) : split_names(*text);
  }

  std::optional<TableFields> table(std::string_view key) {
    const auto found = value(key);
    if (!found || names_no_table(*found)) return std::nullopt;
    return part<TableFields>(*found, Place(place_, key));
  }

  void read_whitelist(Properties& properties) {
    constexpr std::string_view key = "predictor.whitelist.lookup";
    const auto found = value(key);
    if (!found || names_no_table(*found)) return;
    auto whitelist = part<WhitelistFields>(*found, Place(place_, key));
    constexpr std::string_view logic = "predictor.whitelist.logicin";
    constexpr document::Rules flag{.text_accepted = true};
    if (const auto in = value(logic))
      whitelist.logicin = document::read_bool(*in, flag, Place(place_, logic), violations_).value_or(true);
    properties.whitelist = std::move(whitelist);
  }

  std::optional<std::int64_t> cache() {
    constexpr std::string_view key = "predictor.offercache";
    constexpr document::Rules ms{.text_accepted = true, .minimum = 0, .maximum = longest_cache_ms};
    const auto found = value(key);
    return found ? document::read_int64(*found, ms, Place(place_, key), violations_) : std::nullopt;
  }

  std::optional<double> epsilon() {
    constexpr std::string_view key = "predictor.epsilon";
    constexpr document::Rules share{.text_accepted = true, .minimum = 0, .maximum = 1};
    const auto found = value(key);
    return found ? document::read_number(*found, share, Place(place_, key), violations_) : std::nullopt;
  }

  Lines lines_;
  const Place& place_;
  Violations& violations_;
};

}  // namespace

std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view name = base::trimmed(text.substr(0, end));
    if (!name.empty()) names.emplace_back(name);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

Properties read_properties(std::string_view text, const Place& place, Violations& violations) {
  return Reader(text, place, violations).read();
}

}  // namespace proffer::service
