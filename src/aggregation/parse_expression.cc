#include "aggregation/parse_expression.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "aggregation/value_size.h"
#include "base/query_limits.h"
#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
using document::Place;
namespace {

constexpr std::size_t most_operators = base::limits::pipeline_operators;

base::Error placed(base::Error error, const std::string& place) {
  if (error.kind != base::ErrorKind::invalid || !error.fields.empty()) return error;
  return base::fail_field(place, std::move(error.message)).value();
}

// An operator with its arguments.
class Operation final : public Expression {
 public:
  Operation(const OperatorRow& row, Expressions arguments, std::string place)
      : row_(row), arguments_(std::move(arguments)), place_(std::move(place)) {}

  base::Result<Value> evaluate(const Scope& scope) const override {
    auto value = compute(scope);
    if (!value) return tl::unexpected(placed(std::move(value).error(), place_));
    return value;
  }

 private:
  base::Result<Value> compute(const Scope& scope) const {
    if (const auto* lazy = std::get_if<Lazy>(&row_.function)) return (*lazy)(arguments_, scope);
    std::vector<Value> values(arguments_.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (arguments_[i] == nullptr) continue;
      TRY(values[i], arguments_[i]->evaluate(scope));
    }
    TRY(auto value, std::get<Eager>(row_.function)(values));
    if (value && (value->is_structured() || value->is_string())) {
      TRY_DO(scope.budget.charge(value_bytes(*value)));
    }
    return value;
  }

  const OperatorRow& row_;
  const Expressions arguments_;  // null: left out
  const std::string place_;
};

std::string arguments_text(const OperatorRow& row) {
  if (row.least == row.most) return fmt::format("expected {} argument{}", row.least, row.least == 1 ? "" : "s");
  if (row.most == any_number) return fmt::format("expected at least {} argument(s)", row.least);
  return fmt::format("expected {} to {} arguments", row.least, row.most);
}

bool is_operator(const json::object& object) { return !object.empty() && object.begin()->key().starts_with('$'); }

}  // namespace

std::optional<std::vector<std::string>> path_components(std::string_view path, const Place& place,
                                                        document::Violations& violations) {
  std::vector<std::string> components;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    components.emplace_back(path.substr(begin, end - begin));
    if (components.back().empty() || components.back().starts_with('$')) {
      violations.add(place, "expected a path of names that are not empty and do not begin with '$'", json::value(path));
      return std::nullopt;
    }
    begin = end + 1;
  }
  if (components.size() <= base::limits::path_components) return components;
  violations.add(place, fmt::format("expected a path of at most {} names", base::limits::path_components));
  return std::nullopt;
}

ExpressionPtr ExpressionParser::parse(const json::value& value, const Place& place) {
  if (const auto* text = value.if_string()) return parse_text(*text, place);
  if (const auto* array = value.if_array()) return parse_array(*array, place);
  if (document::type_of(value) == document::ValueType::object) return parse_object(value.get_object(), place);
  return make_constant(value);
}

ExpressionPtr ExpressionParser::parse_with(std::vector<std::string> variables, const json::value& value,
                                           const Place& place) {
  const std::size_t before = variables_.size();
  std::ranges::move(variables, std::back_inserter(variables_));
  auto expression = parse(value, place);
  variables_.resize(before);
  return expression;
}

ExpressionPtr ExpressionParser::parse_text(std::string_view text, const Place& place) {
  if (text.starts_with("$$")) return parse_variable(text.substr(2), place);
  if (!text.starts_with('$')) return make_constant(json::value(text));
  auto path = path_components(text.substr(1), place, violations_);
  return path ? make_path("", std::move(*path)) : nullptr;
}

ExpressionPtr ExpressionParser::parse_variable(std::string_view text, const Place& place) {
  const std::size_t dot = text.find('.');
  std::string name(text.substr(0, dot));
  std::vector<std::string> path;
  if (dot != std::string_view::npos) {
    auto components = path_components(text.substr(dot + 1), place, violations_);
    if (!components) return nullptr;
    path = std::move(*components);
  }
  if (name == "ROOT" || name == "CURRENT") return make_path("", std::move(path));
  if (name == "REMOVE" || name == "NOW" || std::ranges::find(variables_, name) != variables_.end()) {
    return make_path(std::move(name), std::move(path));
  }
  refuse(place,
         "is no variable here; there are $$ROOT, $$CURRENT, $$REMOVE, $$NOW and those of $let, $map, $filter and "
         "$reduce",
         json::value("$$" + name));
  return nullptr;
}

ExpressionPtr ExpressionParser::parse_array(const json::array& array, const Place& place) {
  Expressions elements;
  bool good = true;
  for (std::size_t i = 0; i < array.size(); ++i) {
    elements.push_back(parse(array[i], Place(place, i)));
    good = good && elements.back() != nullptr;
  }
  return good ? make_array(std::move(elements)) : nullptr;
}

ExpressionPtr ExpressionParser::parse_object(const json::object& object, const Place& place) {
  if (is_operator(object)) {
    const auto& [name, operand] = *object.begin();
    if (object.size() == 1) return parse_operator(name, operand, Place(place, name));
    refuse(place, "expected an operator alone in its object", object);
    return nullptr;
  }
  std::vector<std::pair<std::string, ExpressionPtr>> members;
  bool good = true;
  for (const auto& [name, value] : object) {
    const Place at(place, name);
    if (name.empty() || name.find('.') != name.npos || name.starts_with('$')) {
      refuse(at, "expected a name without dots that does not begin with '$'");
    }
    members.emplace_back(name, parse(value, at));
    good = good && members.back().second != nullptr;
  }
  return good ? make_object(std::move(members)) : nullptr;
}

ExpressionPtr ExpressionParser::parse_operator(std::string_view name, const json::value& operand, const Place& place) {
  if (++operators_ > most_operators) {
    if (operators_ == most_operators + 1) refuse(place, fmt::format("expected at most {} operators", most_operators));
    return nullptr;
  }
  const OperatorRow* row = find_operator(name);
  if (row == nullptr) {
    refuse(place, "is no operator of expressions here; there are " + operator_names());
    return nullptr;
  }
  if (const auto* reader = std::get_if<Reader>(&row->function)) return (*reader)(*this, operand, place);
  return parse_arguments(*row, operand, place);
}

ExpressionPtr ExpressionParser::parse_arguments(const OperatorRow& row, const json::value& operand,
                                                const Place& place) {
  Expressions arguments;
  const auto* object = operand.if_object();
  const bool is_named = object != nullptr && !row.names[0].empty() && !is_operator(*object);
  if (row.only_named && !is_named) {
    refuse(place, "expected an object of its arguments", operand);
    return nullptr;
  }
  const bool good =
      is_named ? parse_named(row, *object, place, arguments) : parse_positional(row, operand, place, arguments);
  return good ? std::make_unique<Operation>(row, std::move(arguments), place.text()) : nullptr;
}

bool ExpressionParser::parse_named(const OperatorRow& row, const json::object& operand, const Place& place,
                                   Expressions& arguments) {
  const std::size_t before = violations_.count();
  const auto count = static_cast<std::size_t>(std::ranges::find(row.names, std::string_view()) - row.names.begin());
  const std::span names(row.names.data(), count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto* value = operand.if_contains(names[i]);
    if (value == nullptr && i < row.least) refuse(Place(place, names[i]), "is required");
    arguments.push_back(value == nullptr ? nullptr : parse(*value, Place(place, names[i])));
  }
  for (const auto& member : operand) {
    if (std::ranges::find(names, std::string_view(member.key())) != names.end()) continue;
    refuse(Place(place, member.key()), fmt::format("is no argument here; there are {}", fmt::join(names, ", ")));
  }
  return violations_.count() == before;
}

bool ExpressionParser::parse_positional(const OperatorRow& row, const json::value& operand, const Place& place,
                                        Expressions& arguments) {
  const auto* array = operand.if_array();
  const std::size_t count = array == nullptr ? 1 : array->size();
  if (count < row.least || count > row.most) {
    refuse(place, arguments_text(row), operand);
    return false;
  }
  bool good = true;
  for (std::size_t i = 0; i < count; ++i) {
    arguments.push_back(array == nullptr ? parse(operand, place) : parse((*array)[i], Place(place, i)));
    good = good && arguments.back() != nullptr;
  }
  if (row.most != any_number) arguments.resize(std::max(row.most, count));
  return good;
}

}  // namespace proffer::aggregation
