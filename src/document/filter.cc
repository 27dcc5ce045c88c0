// The matching rules of MongoDB's query language, as its manual tells them (Query Operators; Comparison/Sort Order;
// Query for Null or Missing Fields).
#include "document/filter.h"

#include <cmath>
#include <compare>
#include <optional>
#include <string>

#include "base/time_text.h"
#include "document/path.h"

namespace proffer::document {
namespace {

namespace json = boost::json;

// ---- Order of values

// Stored in no file: only their order counts.
enum class TypeOrder { null, number, string, object, array, boolean, date };

std::optional<base::Time> as_date(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr || object->size() != 1 || object->begin()->key() != "$date") return std::nullopt;
  const json::value& date = object->begin()->value();
  if (date.is_int64()) return base::Time{std::chrono::milliseconds{date.get_int64()}};
  if (date.is_string()) return base::parse_time(std::string_view(date.get_string()));
  return std::nullopt;
}

TypeOrder type_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return TypeOrder::null;
    case json::kind::string:
      return TypeOrder::string;
    case json::kind::array:
      return TypeOrder::array;
    case json::kind::bool_:
      return TypeOrder::boolean;
    case json::kind::object:
      return as_date(value) ? TypeOrder::date : TypeOrder::object;
    default:
      return TypeOrder::number;
  }
}

template <class T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

bool is_nan(const json::value& value) { return value.is_double() && std::isnan(value.get_double()); }

// An integer with 65 bits: sign and magnitude's order in one.
struct Integer {
  bool negative;
  std::uint64_t bits;  // two's complement when negative
};

Integer integer_of(const json::value& value) {
  if (value.is_uint64()) return {false, value.get_uint64()};
  return {value.get_int64() < 0, static_cast<std::uint64_t>(value.get_int64())};
}

int compare_integers(Integer a, Integer b) {
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  return three_way(a.bits, b.bits);  // two's complement keeps the order among negative numbers
}

// Exact, where converting the integer to double would round it.
int compare_integer_to_double(Integer a, double b) {
  if (std::isnan(b)) return 1;  // NaN is below every number
  if (b >= 0x1p64) return -1;
  if (b < -0x1p63) return 1;
  const double whole = std::floor(b);
  const Integer floor = whole < 0 ? Integer{true, static_cast<std::uint64_t>(static_cast<std::int64_t>(whole))}
                                  : Integer{false, static_cast<std::uint64_t>(whole)};
  const int order = compare_integers(a, floor);
  return order == 0 && whole < b ? -1 : order;
}

int compare_doubles(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return three_way(!std::isnan(a), !std::isnan(b));
  return three_way(a, b);
}

int compare_numbers(const json::value& a, const json::value& b) {
  if (a.is_double() && b.is_double()) return compare_doubles(a.get_double(), b.get_double());
  if (b.is_double()) return compare_integer_to_double(integer_of(a), b.get_double());
  if (a.is_double()) return -compare_integer_to_double(integer_of(b), a.get_double());
  return compare_integers(integer_of(a), integer_of(b));
}

int compare_arrays(const json::array& a, const json::array& b) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (const int order = compare_values(a[i], b[i])) return order;
  }
  return three_way(a.size(), b.size());
}

// Member by member, in their order: type, then name, then value.
int compare_objects(const json::object& a, const json::object& b) {
  auto x = a.begin();
  auto y = b.begin();
  for (; x != a.end() && y != b.end(); ++x, ++y) {
    if (const int order = three_way(type_of(x->value()), type_of(y->value()))) return order;
    if (const int order = x->key().compare(y->key())) return order;
    if (const int order = compare_values(x->value(), y->value())) return order;
  }
  return three_way(a.size(), b.size());
}

// ---- Matching

// Whether `operand` of a comparison is in reach of `value`: values of different types are never less or greater.
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

// Calls `test` for every value at the path, with null for a place that lacks it, until one passes.
template <class Test>
bool any_at(const json::value& here, std::string_view path, const Test& test);

template <class Test>
bool any_in_array(const json::array& array, std::string_view path, std::string_view rest, const Test& test) {
  const auto index = array_index(path.substr(0, path.find('.')));
  if (index && *index < array.size()) {
    const json::value& element = array[*index];
    if (rest.data() == nullptr ? test(&element) : any_at(element, rest, test)) return true;
  }
  for (const auto& element : array) {
    if (element.is_object() && any_at(element, path, test)) return true;
  }
  return false;
}

template <class Test>
bool any_at(const json::value& here, std::string_view path, const Test& test) {
  const std::size_t dot = path.find('.');
  const std::string_view rest = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  if (const auto* array = here.if_array()) return any_in_array(*array, path, rest, test);
  const auto* object = here.if_object();
  const json::value* member = object == nullptr ? nullptr : object->if_contains(path.substr(0, dot));
  if (member == nullptr || dot == std::string_view::npos) return test(member);
  return any_at(*member, rest, test);
}

// The value itself or, when it is an array, any element.
template <class Test>
bool any_element(const json::value& value, const Test& test) {
  if (test(value)) return true;
  const auto* array = value.if_array();
  return array != nullptr && std::any_of(array->begin(), array->end(), test);
}

bool compares(Compare compare, const json::value* value, const json::value& operand) {
  static const json::value missing;  // compares as null does
  if (value == nullptr) return holds(compare, missing, operand);
  return any_element(*value, [&](const json::value& element) { return holds(compare, element, operand); });
}

bool is_in(const json::value* value, const json::value& operand) {
  const auto* wanted = operand.if_array();
  if (wanted == nullptr) return false;
  return std::any_of(wanted->begin(), wanted->end(),
                     [&](const json::value& one) { return compares(Compare::equal, value, one); });
}

bool passes(const Condition& condition, const json::value* value) {
  switch (condition.compare) {
    case Compare::exists:
      return value != nullptr;
    case Compare::in:
      return is_in(value, condition.operand);
    default:
      return compares(condition.compare, value, condition.operand);
  }
}

template <class Test>
bool any_in_document(const json::object& document, std::string_view path, const Test& test) {
  const std::size_t dot = path.find('.');
  const json::value* member = document.if_contains(path.substr(0, dot));
  if (member == nullptr || dot == std::string_view::npos) return test(member);
  return any_at(*member, path.substr(dot + 1), test);
}

bool any_passes(const Condition& condition, const json::object& document) {
  return any_in_document(document, condition.path, [&](const json::value* value) { return passes(condition, value); });
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

int compare_values(const json::value& a, const json::value& b) {
  const TypeOrder type = type_of(a);
  if (const int order = three_way(type, type_of(b))) return order;
  switch (type) {
    case TypeOrder::null:
      return 0;
    case TypeOrder::number:
      return compare_numbers(a, b);
    case TypeOrder::string:
      return a.get_string().compare(b.get_string());
    case TypeOrder::object:
      return compare_objects(a.get_object(), b.get_object());
    case TypeOrder::array:
      return compare_arrays(a.get_array(), b.get_array());
    case TypeOrder::boolean:
      return three_way(a.get_bool(), b.get_bool());
    case TypeOrder::date:
      return three_way(*as_date(a), *as_date(b));
  }
  return 0;
}

void visit_values(const json::object& document, std::string_view path,
                  const std::function<void(const json::value&)>& visit) {
  const auto visit_and_go_on = [&](const json::value& value) {
    visit(value);
    return false;
  };
  any_in_document(document, path,
                  [&](const json::value* value) { return value != nullptr && any_element(*value, visit_and_go_on); });
}

bool Filter::matches(const json::object& document) const {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const Condition& condition) { return matches_condition(condition, document); });
}

}  // namespace proffer::document
