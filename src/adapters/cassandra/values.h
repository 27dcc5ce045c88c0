// Values as JSON, and JSON as values that are bound to a query (section 6).
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/cassandra/types.h"
#include "base/result.h"

namespace proffer::adapters::cql {

// How a value appears:
//   ascii, text, varchar                       text
//   bigint, counter, int, smallint, tinyint    integer
//   varint                                     integer within 64 bits, else its digits as text
//   decimal                                    number of at most 15 digits, else text
//   double, float                              number (a float as the shortest that is that float); NaN, Infinity and
//                                              -Infinity as these texts
//   boolean                                    true, false
//   blob, and a type that is not known         text in base64
//   timestamp                                  {"$date": milliseconds since 1970}
//   date, time                                 "2024-05-01", "13:04:43.000000000"
//   duration                                   {"months": …, "days": …, "nanoseconds": …}
//   uuid, timeuuid, inet                       text
//   list, set, tuple, vector                   array
//   map                                        object; names are the keys as text, or as JSON text if they have parts
//   a user's type                              object with all its fields
//   null, and an empty value of what is no text or blob   null
// `remote` for bytes that are no value of the type, and numbers beyond limits::cassandra_number_bytes.
base::Result<boost::json::value> read_value(const Type& type, std::optional<std::string_view> bytes);

// The bytes of a text, a number, a boolean or {"$date": …} as a value of a column of that type; nothing for null and
// for what no value of that type can be (a text for an int), which is in no column. `invalid` for types that nothing is
// bound to: collections, tuples and the like.
base::Result<std::optional<std::string>> bound_value(const Type& type, const boost::json::value& value);

}  // namespace proffer::adapters::cql
