// The matching rules of MongoDB's query language, as its manual tells them (Query Operators; Comparison/Sort Order;
// Query for Null or Missing Fields).
#include "document/filter.h"

#include <algorithm>

#include "document/path_values.h"

namespace proffer::document {
namespace {

namespace json = boost::json;

// The value itself or, when it is an array that is opened, any element.
template <class Test>
bool any_element(const json::value& value, PlaceOfValue place, const Test& test) {
  if (test(value)) return true;
  const auto* array = place == PlaceOfValue::member ? value.if_array() : nullptr;
  return array != nullptr && std::any_of(array->begin(), array->end(), test);
}

bool compares(Compare compare, const json::value* value, PlaceOfValue place, const json::value& operand) {
  static const json::value missing;  // compares as null does
  if (value == nullptr) return holds(compare, missing, operand);
  return any_element(*value, place, [&](const json::value& element) { return holds(compare, element, operand); });
}

bool is_in(const json::value* value, PlaceOfValue place, const json::value& operand) {
  const auto* wanted = operand.if_array();
  if (wanted == nullptr) return false;
  return std::any_of(wanted->begin(), wanted->end(),
                     [&](const json::value& one) { return compares(Compare::equal, value, place, one); });
}

bool passes(const Condition& condition, const json::value* value, PlaceOfValue place) {
  switch (condition.compare) {
    case Compare::exists:
      return value != nullptr;
    case Compare::in:
      return is_in(value, place, condition.operand);
    default:
      return compares(condition.compare, value, place, condition.operand);
  }
}

bool any_passes(const Condition& condition, const json::object& document) {
  return any_value_at(document, condition.path,
                      [&](const json::value* value, PlaceOfValue place) { return passes(condition, value, place); });
}

bool matches_condition(const Condition& condition, const json::object& document) {
  if (condition.compare == Compare::not_equal) {
    return !any_passes({condition.path, Compare::equal, condition.operand}, document);
  }
  const bool found = any_passes(condition, document);
  if (condition.compare == Compare::exists) return found == (condition.operand != json::value(false));
  return found;
}

}  // namespace

bool holds(Compare compare, const json::value& value, const json::value& operand) {
  if (type_of(value) != type_of(operand)) return false;
  if (is_nan(value) || is_nan(operand)) {
    const bool equality = compare != Compare::less && compare != Compare::greater;
    return equality && is_nan(value) && is_nan(operand);
  }
  const int order = compare_values(value, operand);
  switch (compare) {
    case Compare::less:
      return order < 0;
    case Compare::less_or_equal:
      return order <= 0;
    case Compare::greater:
      return order > 0;
    case Compare::greater_or_equal:
      return order >= 0;
    default:
      return order == 0;
  }
}

void visit_values(const json::object& document, std::string_view path,
                  const std::function<void(const json::value&)>& visit) {
  const auto visit_and_go_on = [&](const json::value& value) {
    visit(value);
    return false;
  };
  any_value_at(document, path, [&](const json::value* value, PlaceOfValue place) {
    return value != nullptr && any_element(*value, place, visit_and_go_on);
  });
}

bool Filter::matches(const json::object& document) const {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const Condition& condition) { return matches_condition(condition, document); });
}

}  // namespace proffer::document
