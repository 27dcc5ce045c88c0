// varint and decimal: numbers of any size, as two's complement in as few bytes as they need (section 6.17).
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace proffer::adapters::cql {

// Decimal digits, with '-' for a negative one. At most limits::cassandra_number_bytes bytes: the cost grows with the
// square of their number.
std::string integer_text(std::string_view bytes);

// A number where it fits into int64 or uint64, else its digits as text.
boost::json::value integer_value(std::string_view bytes);

// unscaled * 10^-scale: a number when a double gives it back digit by digit (at most 15 significant digits, as
// IEEE 754's binary64 keeps), else text as Java's BigDecimal.toString writes it: "0.1000000000000000055511",
// "1.5E+400".
boost::json::value decimal_value(std::string_view unscaled, std::int32_t scale);

}  // namespace proffer::adapters::cql
