// Times as text, in a campaign's time zone.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace date {
class time_zone;
}

namespace proffer::base {

// A time zone of the IANA database, found once by name ("UTC", "Africa/Johannesburg"). Cheap to copy.
class TimeZone {
 public:
  TimeZone() = default;  // UTC
  static std::optional<TimeZone> find(std::string_view name);

  // yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX: "2024-12-20T13:04:43.000774Z", or "+02:00" for "Z".
  std::string format(Time time) const;
  // The wall clock there, as the date and index fields of the logs want it.
  struct Fields {
    int year, month, day, hour, minute;
  };
  Fields fields(Time time) const;

  // A wall clock's reading, and back. A reading that summer time leaves out becomes the moment of the change; one that
  // it repeats the earlier moment.
  using Reading = std::chrono::local_time<Micros>;
  Reading read(Time time) const;
  Time moment(Reading reading) const;

  // When that day began there.
  Time start_of_day(Time time) const;
  // Later (or earlier) by the calendar there, at the same time of day. A day that a month does not have becomes its
  // last.
  Time add_calendar(Time time, std::int64_t months, std::int64_t days) const;

 private:
  Micros offset(Time time) const;
  const date::time_zone* zone_ = nullptr;  // null: UTC; otherwise owned by the database, which lives forever
};

// ISO 8601 with "Z" or an offset, with 'T' or a blank between date and time, fraction optional; nothing when it is not
// that.
std::optional<Time> parse_time(std::string_view text);
// The same; what has no offset is a reading of `zone`.
std::optional<Time> parse_time(std::string_view text, const TimeZone& zone);

}  // namespace proffer::base
