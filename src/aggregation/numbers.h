// Numbers of the three JSON kinds as MongoDB's two: 64-bit integers and doubles.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>

#include "aggregation/scope.h"
#include "base/int128.h"

namespace proffer::aggregation {

// An integer that fits 64 bits with sign; nothing for doubles and anything else. An unsigned integer above that is
// taken for the double next to it.
std::optional<std::int64_t> integer_of(const boost::json::value& value);
// The integer that a number is, 3.0 being 3, if it is one.
std::optional<std::int64_t> whole_number(const boost::json::value& value);

// int64 where it fits, else the double next to it: MongoDB's promotion of what overflows.
boost::json::value number_value(base::Int128 value);

// A sum that keeps integers exact, and of doubles the rounding errors (Neumaier, "Rundungsfehleranalyse einiger
// Verfahren zur Summation endlicher Summen", 1974).
class Sum {
 public:
  void add(const boost::json::value& number);
  // int64 when all were integers and the sum fits.
  boost::json::value value() const;
  double as_double() const;

 private:
  base::Int128 integers_ = 0;
  double doubles_ = 0;
  double lost_ = 0;
  bool has_double_ = false;
};

}  // namespace proffer::aggregation
