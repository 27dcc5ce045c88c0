// Durations as people write them.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace proffer::document {

// The length of one `unit`: ms, second, minute, hour, day (24 hours) or week, each also in the plural, in any case.
// Months and years have no fixed length and are not known here.
std::optional<base::Micros> unit_length(std::string_view unit);

// "7 days", "12 hours", "1 week", "500 ms": an integer from 0 and a unit. Nothing when it is not that, or is longer
// than about three centuries.
std::optional<base::Micros> parse_duration(std::string_view text);

}  // namespace proffer::document
