// The types of values in documents, and the one order of all of them.
//
// Documents are JSON with MongoDB's Extended JSON for dates: {"$date": <ms>} or {"$date": "<ISO 8601>"} is a date, to
// the millisecond, and no object. Every other object is an object.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>

namespace proffer::document {

// Stored in no file: only their order counts.
enum class ValueType { null, number, string, object, array, boolean, date };

ValueType type_of(const boost::json::value& value);

// Milliseconds since 1970, of a date.
std::optional<std::int64_t> date_of(const boost::json::value& value);
boost::json::value date_value(std::int64_t milliseconds);

bool is_nan(const boost::json::value& value);

// The order of values that MongoDB's manual gives: null < numbers < strings < objects < arrays < booleans < dates.
// Numbers compare by value whatever their type, NaN below all of them; objects member by member, in their order.
// Negative, zero or positive. Takes time in the length of the smaller one.
int compare_values(const boost::json::value& a, const boost::json::value& b);

struct ValueLess {
  bool operator()(const boost::json::value& a, const boost::json::value& b) const { return compare_values(a, b) < 0; }
};

}  // namespace proffer::document
