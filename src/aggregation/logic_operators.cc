// Comparisons, booleans and choices (Comparison, Boolean and Conditional Expression Operators of MongoDB's manual).
// Comparisons know the order of all types, with what is missing below null.
#include "aggregation/operator_table.h"
#include "aggregation/parse_expression.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

using base::Result;
using Nodes = std::span<const ExpressionPtr>;

template <class Test>
Result<Value> compared(Arguments arguments, Test test) {
  return Value(json::value(test(compare(arguments[0], arguments[1]), 0)));
}

Result<Value> cmp(Arguments arguments) {
  const int order = compare(arguments[0], arguments[1]);
  return Value(json::value((order > 0) - (order < 0)));
}
Result<Value> eq(Arguments arguments) { return compared(arguments, std::equal_to<int>()); }
Result<Value> ne(Arguments arguments) { return compared(arguments, std::not_equal_to<int>()); }
Result<Value> gt(Arguments arguments) { return compared(arguments, std::greater<int>()); }
Result<Value> gte(Arguments arguments) { return compared(arguments, std::greater_equal<int>()); }
Result<Value> lt(Arguments arguments) { return compared(arguments, std::less<int>()); }
Result<Value> lte(Arguments arguments) { return compared(arguments, std::less_equal<int>()); }

// Whether any argument is `wanted`, up to the first that is.
Result<bool> any_is(bool wanted, Nodes arguments, const Scope& scope) {
  for (const auto& argument : arguments) {
    TRY(const auto value, argument->evaluate(scope));
    if (is_true(value) == wanted) return true;
  }
  return false;
}

Result<Value> and_(Nodes arguments, const Scope& scope) {
  TRY(const bool any_false, any_is(false, arguments, scope));
  return Value(json::value(!any_false));
}

Result<Value> or_(Nodes arguments, const Scope& scope) {
  TRY(const bool any_true, any_is(true, arguments, scope));
  return Value(json::value(any_true));
}

Result<Value> not_(Arguments arguments) { return Value(json::value(!is_true(arguments[0]))); }

Result<Value> cond(Nodes arguments, const Scope& scope) {
  TRY(const auto condition, arguments[0]->evaluate(scope));
  return arguments[is_true(condition) ? 1 : 2]->evaluate(scope);
}

Result<Value> if_null(Nodes arguments, const Scope& scope) {
  for (const auto& argument : arguments.first(arguments.size() - 1)) {
    TRY(auto value, argument->evaluate(scope));
    if (!is_missing_or_null(value)) return value;
  }
  return arguments.back()->evaluate(scope);
}

class Switch final : public Expression {
 public:
  struct Branch {
    ExpressionPtr when, then;
  };
  Switch(std::vector<Branch> branches, ExpressionPtr otherwise, std::string place)
      : branches_(std::move(branches)), otherwise_(std::move(otherwise)), place_(std::move(place)) {}

  Result<Value> evaluate(const Scope& scope) const override {
    for (const auto& branch : branches_) {
      TRY(const auto condition, branch.when->evaluate(scope));
      if (is_true(condition)) return branch.then->evaluate(scope);
    }
    if (otherwise_ != nullptr) return otherwise_->evaluate(scope);
    return base::fail_field(place_, "no branch holds, and there is no `default`");
  }

 private:
  const std::vector<Branch> branches_;
  const ExpressionPtr otherwise_;
  const std::string place_;
};

// {case: …, then: …}
std::optional<Switch::Branch> read_branch(ExpressionParser& parser, const json::value& value,
                                          const document::Place& place) {
  const auto* object = value.if_object();
  const auto* when = object == nullptr ? nullptr : object->if_contains("case");
  const auto* then = object == nullptr ? nullptr : object->if_contains("then");
  if (when == nullptr || then == nullptr || object->size() != 2) {
    parser.refuse(place, "expected an object with `case` and `then`", value);
    return std::nullopt;
  }
  Switch::Branch branch{parser.parse(*when, {place, "case"}), parser.parse(*then, {place, "then"})};
  if (branch.when == nullptr || branch.then == nullptr) return std::nullopt;
  return branch;
}

ExpressionPtr read_switch(ExpressionParser& parser, const json::value& operand, const document::Place& place) {
  const auto* object = operand.if_object();
  const auto* list = object == nullptr ? nullptr : object->if_contains("branches");
  const auto* otherwise = object == nullptr ? nullptr : object->if_contains("default");
  if (list == nullptr || !list->is_array() || list->get_array().empty() ||
      object->size() != (otherwise == nullptr ? 1U : 2U)) {
    parser.refuse(place, "expected an object with a list `branches` and perhaps `default`", operand);
    return nullptr;
  }
  std::vector<Switch::Branch> branches;
  for (const auto& value : list->get_array()) {
    auto branch = read_branch(parser, value, {document::Place(place, "branches"), branches.size()});
    if (!branch) return nullptr;
    branches.push_back(std::move(*branch));
  }
  auto last = otherwise == nullptr ? nullptr : parser.parse(*otherwise, {place, "default"});
  if (otherwise != nullptr && last == nullptr) return nullptr;
  return std::make_unique<Switch>(std::move(branches), std::move(last), place.text());
}

constexpr OperatorRow logic_rows[] = {
    {"$and", and_},           {"$cmp", cmp, 2, 2},  {"$cond", cond, 3, 3, {"if", "then", "else"}},
    {"$eq", eq, 2, 2},        {"$gt", gt, 2, 2},    {"$gte", gte, 2, 2},
    {"$ifNull", if_null, 2},  {"$lt", lt, 2, 2},    {"$lte", lte, 2, 2},
    {"$ne", ne, 2, 2},        {"$not", not_, 1, 1}, {"$or", or_},
    {"$switch", read_switch},
};

}  // namespace

std::span<const OperatorRow> logic_operators() { return logic_rows; }

}  // namespace proffer::aggregation
