#include "service/eligibility_fields.h"

#include <optional>

#include "document/duration.h"
#include "document/json.h"
#include "ranking/opening_hours.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using document::Place;
using document::Violations;

constexpr std::string_view time_expected = "expected a time of day like \"22:00\" or \"10:00 PM\"";

std::optional<base::Micros> milliseconds(const json::value& value) {
  if (!value.is_number()) return std::nullopt;
  const auto count = value.to_number<double>();
  if (!(count >= 1 && count <= 1e13)) return std::nullopt;
  return base::Micros(static_cast<std::int64_t>(count * 1000));
}

// Milliseconds as a number or its text, or "7 days".
base::Micros read_period(const json::value& value, const Place& place, Violations& violations) {
  std::optional<base::Micros> period = milliseconds(value);
  if (value.is_string()) {
    period = milliseconds(document::number_from_text(value.get_string()));
    if (!period) period = document::parse_duration(value.get_string());
  }
  if (period && *period > base::Micros{0}) return *period;
  if (!value.is_null()) violations.add(place, "expected milliseconds from 1, or a text like \"7 days\"", value);
  return base::Micros{1};
}

std::uint16_t read_time(const std::string& text, std::uint16_t largest, const Place& place, Violations& violations) {
  const auto minute = ranking::parse_time_of_day(text);
  if (minute && *minute <= largest) return *minute;
  violations.add(place, std::string(time_expected), json::value(text));
  return 0;
}

decision::Weekdays read_days(const std::vector<std::string>& names, const Place& place, Violations& violations) {
  if (names.empty()) return decision::every_day;
  unsigned days = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto day = ranking::parse_weekday(names[i]);
    if (!day) violations.add(Place(place, i), "expected a day like \"monday\" or \"mon\"", json::value(names[i]));
    days |= 1U << day.value_or(0);
  }
  return static_cast<decision::Weekdays>(days);
}

}  // namespace

std::vector<decision::FrequencyCap> read_frequency_caps(const std::vector<FrequencyCapFields>& fields,
                                                        const Place& caps, Violations& violations) {
  std::vector<decision::FrequencyCap> read;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const FrequencyCapFields& cap = fields[i];
    const Place place(caps, i);
    if (!cap.offer.empty() && !cap.group.empty())
      violations.add(Place(place, "group"), "expected either offer or group, not both", json::value(cap.group));
    read.push_back(
        {.offer = cap.offer,
         .group = cap.group,
         .count = cap.count,
         .period = read_period(cap.period, Place(place, "period"), violations),
         .on = cap.on == counted_events[0] ? decision::CountedEvent::contact : decision::CountedEvent::acceptance});
  }
  return read;
}

std::vector<decision::QuietHours> read_quiet_hours(const std::vector<QuietHoursFields>& fields, const Place& hours,
                                                   Violations& violations) {
  std::vector<decision::QuietHours> read;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const QuietHoursFields& quiet = fields[i];
    const Place place(hours, i);
    const decision::TimeRange range{
        read_time(quiet.from, decision::minutes_per_day - 1, Place(place, "from"), violations),
        read_time(quiet.to, decision::minutes_per_day, Place(place, "to"), violations)};
    read.push_back({range, read_days(quiet.days, Place(place, "days"), violations), quiet.channels});
  }
  return read;
}

}  // namespace proffer::service
