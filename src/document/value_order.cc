// As MongoDB's manual has it (Comparison/Sort Order).
#include "document/value_order.h"

#include <chrono>
#include <cmath>
#include <string_view>

#include "base/time_text.h"

namespace proffer::document {
namespace {

namespace json = boost::json;

template <class T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

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

}  // namespace

ValueType type_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return ValueType::null;
    case json::kind::string:
      return ValueType::string;
    case json::kind::array:
      return ValueType::array;
    case json::kind::bool_:
      return ValueType::boolean;
    case json::kind::object:
      return date_of(value) ? ValueType::date : ValueType::object;
    default:
      return ValueType::number;
  }
}

std::optional<std::int64_t> date_of(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr || object->size() != 1 || object->begin()->key() != "$date") return std::nullopt;
  const json::value& date = object->begin()->value();
  if (date.is_int64()) return date.get_int64();
  if (!date.is_string()) return std::nullopt;
  const auto time = base::parse_time(std::string_view(date.get_string()));
  if (!time) return std::nullopt;
  return std::chrono::floor<std::chrono::milliseconds>(time->time_since_epoch()).count();
}

json::value date_value(std::int64_t milliseconds) { return json::object{{"$date", milliseconds}}; }

bool is_nan(const json::value& value) { return value.is_double() && std::isnan(value.get_double()); }

int compare_values(const json::value& a, const json::value& b) {
  const ValueType type = type_of(a);
  if (const int order = three_way(type, type_of(b))) return order;
  switch (type) {
    case ValueType::null:
      return 0;
    case ValueType::number:
      return compare_numbers(a, b);
    case ValueType::string:
      return a.get_string().compare(b.get_string());
    case ValueType::object:
      return compare_objects(a.get_object(), b.get_object());
    case ValueType::array:
      return compare_arrays(a.get_array(), b.get_array());
    case ValueType::boolean:
      return three_way(a.get_bool(), b.get_bool());
    case ValueType::date:
      return three_way(*date_of(a), *date_of(b));
  }
  return 0;
}

}  // namespace proffer::document
