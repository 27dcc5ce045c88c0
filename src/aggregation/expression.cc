#include "aggregation/expression.h"

#include <span>
#include <utility>

#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

class Constant final : public Expression {
 public:
  explicit Constant(json::value value) : value_(std::move(value)) {}
  base::Result<Value> evaluate(const Scope& scope) const override { return copy_value(scope, *value_); }
  const Value* constant() const override { return &value_; }

 private:
  const Value value_;
};

// The variable's value; null for $$REMOVE, which is always missing.
const Value* find_variable(const Scope& scope, std::string_view name) {
  const Variable* variable = scope.variables;
  while (variable != nullptr && variable->name != name) variable = variable->outer;
  return variable == nullptr ? nullptr : variable->value;
}

base::Result<Value> member_at(const Scope& scope, const json::object& object, std::span<const std::string> path);

base::Result<Value> members_of_elements(const Scope& scope, const json::array& array,
                                        std::span<const std::string> path) {
  json::array found;
  for (const auto& element : array) {
    if (document::type_of(element) != document::ValueType::object) continue;
    TRY(auto value, member_at(scope, element.get_object(), path));
    if (value) found.push_back(std::move(*value));
  }
  return Value(std::move(found));
}

base::Result<Value> member_at(const Scope& scope, const json::object& object, std::span<const std::string> path) {
  const json::value* member = object.if_contains(path.front());
  if (member == nullptr) return Value();
  return value_at(scope, *member, path.subspan(1));
}

class Path final : public Expression {
 public:
  Path(std::string variable, std::vector<std::string> path) : variable_(std::move(variable)), path_(std::move(path)) {}

  base::Result<Value> evaluate(const Scope& scope) const override {
    if (variable_.empty()) {
      return path_.empty() ? copy_value(scope, scope.root) : member_at(scope, scope.root, path_);
    }
    const Value* from = find_variable(scope, variable_);
    if (from == nullptr || !*from) return Value();
    return value_at(scope, **from, path_);
  }

 private:
  const std::string variable_;
  const std::vector<std::string> path_;
};

class Object final : public Expression {
 public:
  explicit Object(std::vector<std::pair<std::string, ExpressionPtr>> members) : members_(std::move(members)) {}

  base::Result<Value> evaluate(const Scope& scope) const override {
    json::object object;
    for (const auto& [name, expression] : members_) {
      TRY(auto value, expression->evaluate(scope));
      if (value) object[name] = std::move(*value);
    }
    return Value(std::move(object));
  }

 private:
  const std::vector<std::pair<std::string, ExpressionPtr>> members_;
};

class Array final : public Expression {
 public:
  explicit Array(Expressions elements) : elements_(std::move(elements)) {}

  base::Result<Value> evaluate(const Scope& scope) const override {
    json::array array;
    array.reserve(elements_.size());
    for (const auto& expression : elements_) {
      TRY(auto value, expression->evaluate(scope));
      array.push_back(value ? std::move(*value) : json::value());
    }
    return Value(std::move(array));
  }

 private:
  const Expressions elements_;
};

}  // namespace

ExpressionPtr make_constant(json::value value) { return std::make_unique<Constant>(std::move(value)); }

ExpressionPtr make_path(std::string variable, std::vector<std::string> path) {
  return std::make_unique<Path>(std::move(variable), std::move(path));
}

ExpressionPtr make_object(std::vector<std::pair<std::string, ExpressionPtr>> members) {
  return std::make_unique<Object>(std::move(members));
}

ExpressionPtr make_array(Expressions elements) { return std::make_unique<Array>(std::move(elements)); }

base::Result<Value> value_at(const Scope& scope, const json::value& from, std::span<const std::string> path) {
  if (path.empty()) return copy_value(scope, from);
  if (const auto* array = from.if_array()) return members_of_elements(scope, *array, path);
  if (document::type_of(from) != document::ValueType::object) return Value();
  return member_at(scope, from.get_object(), path);
}

bool is_missing_or_null(const Value& value) { return !value || value->is_null(); }

bool is_true(const Value& value) {
  if (is_missing_or_null(value)) return false;
  if (value->is_bool()) return value->get_bool();
  return !value->is_number() || value->to_number<double>() != 0;
}

int compare(const Value& a, const Value& b) {
  if (!a || !b) return static_cast<int>(a.has_value()) - static_cast<int>(b.has_value());
  return document::compare_values(*a, *b);
}

}  // namespace proffer::aggregation
