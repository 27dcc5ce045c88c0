// Operators that bind variables, and $literal, which reads no expression.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "aggregation/operator_table.h"
#include "aggregation/parse_expression.h"
#include "aggregation/value_size.h"
#include "base/limits.h"

namespace proffer::aggregation {
namespace json = boost::json;
using document::Place;
namespace {

using base::Result;

ExpressionPtr read_literal(ExpressionParser&, const json::value& operand, const Place&) {
  return make_constant(operand);
}

// The object of an operator's arguments, when it has all of `needed` and none but those and `optional`.
const json::object* arguments_of(ExpressionParser& parser, const json::value& operand, const Place& place,
                                 std::vector<std::string_view> needed, std::vector<std::string_view> optional = {}) {
  const auto* object = operand.if_object();
  const bool has_all =
      object != nullptr && std::ranges::all_of(needed, [&](auto name) { return object->contains(name); });
  const auto is_known = [&](const auto& member) {
    const std::string_view key(member.key());
    return std::ranges::find(needed, key) != needed.end() || std::ranges::find(optional, key) != optional.end();
  };
  if (has_all && std::ranges::all_of(*object, is_known)) return object;
  auto message = fmt::format("expected an object with {}", fmt::join(needed, ", "));
  if (!optional.empty()) message += fmt::format(" and perhaps {}", fmt::join(optional, ", "));
  parser.refuse(place, std::move(message), operand);
  return nullptr;
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' && name.find('.') == std::string_view::npos;
}

// The name that `as` gives to an element; "this" without one.
std::optional<std::string> element_name(ExpressionParser& parser, const json::object& arguments, const Place& place) {
  const auto* as = arguments.if_contains("as");
  if (as == nullptr) return "this";
  if (as->is_string() && is_variable_name(as->get_string())) return std::string(as->get_string());
  parser.refuse(Place(place, "as"), "expected a name that begins with a small letter", *as);
  return std::nullopt;
}

// $map and $filter: one expression for each element of an array. Null and missing make null.
class ForEach : public Expression {
 public:
  ForEach(ExpressionPtr input, std::string name, ExpressionPtr body, std::string place)
      : input_(std::move(input)), name_(std::move(name)), body_(std::move(body)), place_(std::move(place)) {}

  Result<Value> evaluate(const Scope& scope) const override {
    TRY(const auto input, input_->evaluate(scope));
    if (is_missing_or_null(input)) return Value(json::value());
    if (!input->is_array()) return base::fail_field(place_, fmt::format("expected an array, got {}", kind_of(input)));
    json::array out;
    for (const auto& one : input->get_array()) {
      const Value element(one);
      const Variable variable{name_, &element, scope.variables};
      TRY(auto value, body_->evaluate({scope.root, scope.budget, &variable}));
      keep(out, one, std::move(value));
    }
    return Value(std::move(out));
  }

 private:
  virtual void keep(json::array& out, const json::value& element, Value value) const = 0;

  const ExpressionPtr input_;
  const std::string name_;
  const ExpressionPtr body_;
  const std::string place_;
};

class Map final : public ForEach {
 public:
  using ForEach::ForEach;

 private:
  void keep(json::array& out, const json::value&, Value value) const override {
    out.push_back(value ? std::move(*value) : json::value());
  }
};

class FilterElements final : public ForEach {
 public:
  using ForEach::ForEach;

 private:
  void keep(json::array& out, const json::value& element, Value value) const override {
    if (is_true(value)) out.push_back(element);
  }
};

template <class Operation>
ExpressionPtr read_for_each(ExpressionParser& parser, const json::value& operand, const Place& place,
                            std::string_view body) {
  const auto* arguments = arguments_of(parser, operand, place, {"input", body}, {"as"});
  if (arguments == nullptr) return nullptr;
  auto name = element_name(parser, *arguments, place);
  if (!name) return nullptr;
  auto input = parser.parse(arguments->at("input"), {place, "input"});
  auto each = parser.parse_with({*name}, arguments->at(body), {place, body});
  if (input == nullptr || each == nullptr) return nullptr;
  return std::make_unique<Operation>(std::move(input), std::move(*name), std::move(each), place.text());
}

ExpressionPtr read_map(ExpressionParser& parser, const json::value& operand, const Place& place) {
  return read_for_each<Map>(parser, operand, place, "in");
}
ExpressionPtr read_filter(ExpressionParser& parser, const json::value& operand, const Place& place) {
  return read_for_each<FilterElements>(parser, operand, place, "cond");
}

// $$value, of each element $$this in turn.
class Reduce final : public Expression {
 public:
  Reduce(ExpressionPtr input, ExpressionPtr initial, ExpressionPtr body, std::string place)
      : input_(std::move(input)), initial_(std::move(initial)), body_(std::move(body)), place_(std::move(place)) {}

  Result<Value> evaluate(const Scope& scope) const override {
    TRY(const auto input, input_->evaluate(scope));
    if (is_missing_or_null(input)) return Value(json::value());
    if (!input->is_array()) return base::fail_field(place_, fmt::format("expected an array, got {}", kind_of(input)));
    TRY(Value result, initial_->evaluate(scope));
    for (const auto& one : input->get_array()) {
      const Value element(one);
      const Variable value{"value", &result, scope.variables};
      const Variable variable{"this", &element, &value};
      TRY(result, body_->evaluate({scope.root, scope.budget, &variable}));
      if (result && value_depth(*result) > most_levels) return base::fail_field(place_, "is nested too deep");
    }
    return result;
  }

 private:
  const ExpressionPtr input_, initial_, body_;
  const std::string place_;
};

ExpressionPtr read_reduce(ExpressionParser& parser, const json::value& operand, const Place& place) {
  const auto* arguments = arguments_of(parser, operand, place, {"input", "initialValue", "in"});
  if (arguments == nullptr) return nullptr;
  auto input = parser.parse(arguments->at("input"), {place, "input"});
  auto initial = parser.parse(arguments->at("initialValue"), {place, "initialValue"});
  auto body = parser.parse_with({"value", "this"}, arguments->at("in"), {place, "in"});
  if (input == nullptr || initial == nullptr || body == nullptr) return nullptr;
  return std::make_unique<Reduce>(std::move(input), std::move(initial), std::move(body), place.text());
}

// $let: its variables do not see each other.
class Let final : public Expression {
 public:
  Let(std::vector<std::string> names, Expressions values, ExpressionPtr body)
      : names_(std::move(names)), values_(std::move(values)), body_(std::move(body)) {}

  Result<Value> evaluate(const Scope& scope) const override {
    std::vector<Value> values(values_.size());
    std::vector<Variable> variables(values_.size());
    const Variable* innermost = scope.variables;
    for (std::size_t i = 0; i < values.size(); ++i) {
      TRY(values[i], values_[i]->evaluate(scope));
      variables[i] = {names_[i], &values[i], innermost};
      innermost = &variables[i];
    }
    return body_->evaluate({scope.root, scope.budget, innermost});
  }

 private:
  const std::vector<std::string> names_;
  const Expressions values_;
  const ExpressionPtr body_;
};

ExpressionPtr read_let(ExpressionParser& parser, const json::value& operand, const Place& place) {
  const auto* arguments = arguments_of(parser, operand, place, {"vars", "in"});
  if (arguments == nullptr) return nullptr;
  const Place vars(place, "vars");
  std::vector<std::string> names;
  Expressions values;
  const auto* variables = arguments->at("vars").if_object();
  if (variables == nullptr) parser.refuse(vars, "expected an object", arguments->at("vars"));
  bool good = variables != nullptr;
  for (const auto& [name, value] : variables == nullptr ? json::object() : *variables) {
    const Place at(vars, name);
    const bool is_name = is_variable_name(name);
    if (!is_name) parser.refuse(at, "expected a name that begins with a small letter");
    names.emplace_back(name);
    values.push_back(parser.parse(value, at));
    good = good && is_name && values.back() != nullptr;
  }
  auto body = good ? parser.parse_with(names, arguments->at("in"), {place, "in"}) : nullptr;
  if (body == nullptr) return nullptr;
  return std::make_unique<Let>(std::move(names), std::move(values), std::move(body));
}

constexpr OperatorRow binding_rows[] = {
    {"$filter", read_filter}, {"$let", read_let},       {"$literal", read_literal},
    {"$map", read_map},       {"$reduce", read_reduce},
};

}  // namespace

std::span<const OperatorRow> binding_operators() { return binding_rows; }

}  // namespace proffer::aggregation
