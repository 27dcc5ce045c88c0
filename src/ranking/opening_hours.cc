#include "ranking/opening_hours.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "base/ascii.h"

namespace proffer::ranking {
namespace {

using decision::minutes_per_day;
using decision::TimeRange;

constexpr std::array<std::string_view, 7> weekdays{"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};
constexpr std::size_t short_name = 3;

// One or two digits from the front of `text`.
std::optional<int> take_number(std::string_view& text) {
  const bool digit = !text.empty() && text.front() >= '0' && text.front() <= '9';
  if (!digit) return std::nullopt;
  int value = 0;
  const auto* end = std::from_chars(text.data(), text.data() + std::min<std::size_t>(text.size(), 2), value).ptr;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// ":30"; 0 when there is no colon. Two digits are needed behind one.
std::optional<int> take_minute(std::string_view& text) {
  if (text.empty() || text.front() != ':') return 0;
  text.remove_prefix(1);
  const std::size_t before = text.size();
  const auto minute = take_number(text);
  if (!minute || before - text.size() != 2 || *minute > 59) return std::nullopt;
  return minute;
}

// The hour of a clock of 24 hours for one of 12.
std::optional<int> hour_of_half(int hour, std::string_view half) {
  if (hour < 1 || hour > 12) return std::nullopt;
  if (base::equal_ignoring_case(half, "am")) return hour % 12;
  if (base::equal_ignoring_case(half, "pm")) return hour % 12 + 12;
  return std::nullopt;
}

// Whether a range that begins on `days` holds at that moment, counting what comes over from the day before.
bool holds(TimeRange range, bool begins_today, bool began_yesterday, std::uint16_t minute) {
  const bool over_midnight = range.to <= range.from;
  if (!over_midnight) return begins_today && minute >= range.from && minute < range.to;
  return (begins_today && minute >= range.from) || (began_yesterday && minute < range.to);
}

std::size_t day_before(std::size_t weekday) { return (weekday + 6) % 7; }

bool has_day(decision::Weekdays days, std::size_t weekday) { return ((days >> weekday) & 1U) != 0; }

}  // namespace

WallClock wall_clock(base::Time time, const base::TimeZone& zone) {
  const auto f = zone.fields(time);
  const std::chrono::year_month_day date{std::chrono::year(f.year), std::chrono::month(static_cast<unsigned>(f.month)),
                                         std::chrono::day(static_cast<unsigned>(f.day))};
  const unsigned iso = std::chrono::weekday(std::chrono::sys_days(date)).iso_encoding();  // 1: Monday
  return {static_cast<std::uint8_t>(iso - 1), static_cast<std::uint16_t>(f.hour * 60 + f.minute)};
}

std::optional<std::uint8_t> parse_weekday(std::string_view text) {
  text = base::trimmed(text);
  for (std::size_t i = 0; i < weekdays.size(); ++i) {
    if (base::equal_ignoring_case(text, weekdays[i]) ||
        base::equal_ignoring_case(text, weekdays[i].substr(0, short_name)))
      return static_cast<std::uint8_t>(i);
  }
  return std::nullopt;
}

std::optional<std::uint16_t> parse_time_of_day(std::string_view text) {
  text = base::trimmed(text);
  const bool has_colon = text.find(':') != std::string_view::npos;
  auto hour = take_number(text);
  const auto minute = take_minute(text);
  if (!hour || !minute) return std::nullopt;
  const std::string_view half = base::trimmed(text);
  if (!half.empty()) hour = hour_of_half(*hour, half);
  if (!hour || (half.empty() && !has_colon)) return std::nullopt;
  const int minutes = *hour * 60 + *minute;
  if (minutes > minutes_per_day) return std::nullopt;
  return static_cast<std::uint16_t>(minutes);
}

std::optional<TimeRange> parse_time_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = parse_time_of_day(text.substr(0, dash));
  const auto to = parse_time_of_day(text.substr(dash + 1));
  if (!from || !to || *from == minutes_per_day) return std::nullopt;
  return TimeRange{*from, *to};
}

std::optional<WallClock> set_wall_clock(WallClock actual, std::optional<std::string_view> day,
                                        std::optional<std::string_view> time) {
  if (day) {
    const auto weekday = parse_weekday(*day);
    if (!weekday) return std::nullopt;
    actual.weekday = *weekday;
  }
  if (time) {
    const auto minute = parse_time_of_day(*time);
    if (!minute || *minute == minutes_per_day) return std::nullopt;
    actual.minute = *minute;
  }
  return actual;
}

bool is_open(const decision::OpeningHours& hours, WallClock at) {
  const auto& today = hours.days[at.weekday];
  const auto& yesterday = hours.days[day_before(at.weekday)];
  return std::ranges::any_of(today, [&](TimeRange range) { return holds(range, true, false, at.minute); }) ||
         std::ranges::any_of(yesterday, [&](TimeRange range) { return holds(range, false, true, at.minute); });
}

std::optional<std::size_t> quiet_by(std::span<const decision::QuietHours> rules, WallClock at,
                                    std::string_view channel) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& rule = rules[i];
    const bool concerned = rule.channels.empty() || std::ranges::find(rule.channels, channel) != rule.channels.end();
    if (concerned &&
        holds(rule.range, has_day(rule.days, at.weekday), has_day(rule.days, day_before(at.weekday)), at.minute)) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace proffer::ranking
