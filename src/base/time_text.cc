#include "base/time_text.h"

#include <date/date.h>
#include <date/tz.h>

#include <charconv>
#include <cstdio>
#include <stdexcept>

namespace proffer::base {
namespace {

// Reads exactly `digits` decimal digits from the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc{} || end != text.data() + digits || value < 0) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// The digits behind the decimal point as microseconds; further digits are dropped.
std::optional<Micros> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return Micros{0};
  std::int64_t micros = 0;
  int digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
    if (digits < 6) micros = micros * 10 + (text.front() - '0');
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) micros *= 10;
  return Micros{micros};
}

// "Z", "+02:00" or "+0200"; nothing at all means UTC.
std::optional<Micros> take_offset(std::string_view& text) {
  if (text.empty() || take(text, 'Z')) return Micros{0};
  const bool negative = text.front() == '-';
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  take(text, ':');
  const auto minutes = take_digits(text, 2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  const Micros offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  return negative ? -offset : offset;
}

std::optional<date::sys_days> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const auto date = date::year{*year} / *month / *day;
  if (!date.ok()) return std::nullopt;
  return date::sys_days{date};
}

std::optional<Micros> take_time_of_day(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  const auto fraction = take_fraction(text);
  if (!second || !fraction || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second} + *fraction;
}

void append_offset(std::string& out, Micros offset) {
  if (offset == Micros{0}) {
    out += 'Z';
    return;
  }
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
  char text[8];
  std::snprintf(text, sizeof text, "%c%02d:%02d", minutes < 0 ? '-' : '+',
                static_cast<int>(std::abs(minutes) / 60 % 100), static_cast<int>(std::abs(minutes) % 60));
  out += text;
}

void write_digits(char* out, int value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::optional<TimeZone> TimeZone::find(std::string_view name) {
  TimeZone zone;
  if (name.empty() || name == "UTC" || name == "Z") return zone;
  try {
    zone.zone_ = date::locate_zone(name);
    return zone;
  } catch (const std::exception&) {  // the library's way to say "no such zone"
    return std::nullopt;
  }
}

Micros TimeZone::offset(Time time) const { return zone_ == nullptr ? Micros{0} : Micros{zone_->get_info(time).offset}; }

TimeZone::Fields TimeZone::fields(Time time) const {
  const auto local = time + offset(time);
  const auto days = date::floor<date::days>(local);
  const date::year_month_day date{days};
  const auto minutes = std::chrono::floor<std::chrono::minutes>(local - days).count();
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(minutes / 60),
          static_cast<int>(minutes % 60)};
}

TimeZone::Reading TimeZone::read(Time time) const { return Reading((time + offset(time)).time_since_epoch()); }

Time TimeZone::moment(Reading reading) const {
  if (zone_ == nullptr) return Time(reading.time_since_epoch());
  const auto info = zone_->get_info(date::local_time<Micros>(reading.time_since_epoch()));
  if (info.result == date::local_info::nonexistent) return std::chrono::time_point_cast<Micros>(info.first.end);
  return Time(reading.time_since_epoch()) - info.first.offset;
}

Time TimeZone::start_of_day(Time time) const { return moment(std::chrono::floor<std::chrono::days>(read(time))); }

Time TimeZone::add_calendar(Time time, std::int64_t months, std::int64_t days) const {
  const Reading reading = read(time);
  auto day = std::chrono::floor<std::chrono::days>(reading);
  const auto of_day = reading - day;
  if (months != 0) {
    auto date = std::chrono::year_month_day(day) + std::chrono::months(months);
    if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
    day = std::chrono::local_days(date);
  }
  return moment(day + std::chrono::days(days) + of_day);
}

std::string TimeZone::format(Time time) const {
  const Micros shift = offset(time);
  const auto f = fields(time);
  const auto micros = (time + shift).time_since_epoch().count();
  const auto in_minute = static_cast<int>(((micros % 60'000'000) + 60'000'000) % 60'000'000);
  std::string text = "0000-00-00T00:00:00.000000";
  write_digits(text.data(), f.year, 4);
  write_digits(text.data() + 5, f.month, 2);
  write_digits(text.data() + 8, f.day, 2);
  write_digits(text.data() + 11, f.hour, 2);
  write_digits(text.data() + 14, f.minute, 2);
  write_digits(text.data() + 17, in_minute / 1'000'000, 2);
  write_digits(text.data() + 20, in_minute % 1'000'000, 6);
  append_offset(text, shift);
  return text;
}

std::optional<Time> parse_time(std::string_view text) { return parse_time(text, TimeZone{}); }

std::optional<Time> parse_time(std::string_view text, const TimeZone& zone) {
  const auto day = take_date(text);
  if (!day) return std::nullopt;
  Micros of_day{0};
  if (!text.empty()) {
    if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
    const auto taken = take_time_of_day(text);
    if (!taken) return std::nullopt;
    of_day = *taken;
  }
  const Time as_utc = Time{*day} + of_day;
  if (text.empty()) return zone.moment(TimeZone::Reading(as_utc.time_since_epoch()));
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return as_utc - *offset;
}

}  // namespace proffer::base
