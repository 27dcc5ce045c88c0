// A moment as the calendar of a time zone shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time_text.h"

namespace proffer::aggregation {

// A zone of the IANA database, or a fixed offset: "+02:00", "+0200", "-03", "Z".
class Zone {
 public:
  Zone() = default;  // UTC
  static std::optional<Zone> find(std::string_view name);

  // Milliseconds since 1970 that the clock there shows, and back.
  std::int64_t to_local(std::int64_t milliseconds) const;
  std::int64_t to_utc(std::int64_t local) const;

 private:
  std::optional<base::TimeZone> zone_;
  std::int64_t offset_ = 0;
};

struct Moment {
  int year, month, day;         // 1 to 12, 1 to 31
  int day_of_year;              // 1 to 366
  int weekday;                  // 1 is Sunday
  int iso_weekday;              // 1 is Monday
  int week;                     // 0 to 53, beginning on Sundays; 0 is what comes before the first
  int iso_week, iso_week_year;  // ISO 8601
  int hour, minute, second, millisecond;
  int offset_minutes;  // of the zone from UTC, east of it positive
};

// Within the years that a calendar of 32767 years has; nothing beyond.
std::optional<Moment> moment_of(std::int64_t milliseconds, const Zone& zone);

// As MongoDB's $dateToString: %Y %m %d %H %M %S %L %j %u %w %U %V %G %z %Z %%. Nothing for any other.
std::optional<std::string> format_moment(std::string_view format, const Moment& moment);

// What $dateTrunc makes: the beginning of the unit (of `count` units, counted from 2000; weeks begin on Sunday) in that
// zone. Units: year, quarter, month, week, day, hour, minute, second, millisecond; nothing for another, or out of
// range.
std::optional<std::int64_t> truncated(std::int64_t milliseconds, std::string_view unit, std::int64_t count,
                                      const Zone& zone);

}  // namespace proffer::aggregation
