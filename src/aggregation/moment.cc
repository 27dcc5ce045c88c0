#include "aggregation/moment.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iterator>

namespace proffer::aggregation {
namespace {

namespace chrono = std::chrono;
using chrono::days;
using chrono::milliseconds;

constexpr std::int64_t day_milliseconds = 24LL * 3600 * 1000;
constexpr std::int64_t most_milliseconds = 32000LL * 366 * day_milliseconds;
constexpr chrono::sys_days reference = chrono::sys_days{chrono::year{2000} / 1 / 1};
constexpr chrono::sys_days first_sunday = chrono::sys_days{chrono::year{2000} / 1 / 2};

std::int64_t floor_divided(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

base::Time time_of(std::int64_t value) { return base::Time{milliseconds{value}}; }

template <class Time>
std::int64_t milliseconds_of(Time time) {
  return chrono::floor<milliseconds>(time.time_since_epoch()).count();
}

bool is_in_range(std::int64_t value) { return value >= -most_milliseconds && value <= most_milliseconds; }

std::optional<int> two_digits(std::string_view text) {
  if (text.size() != 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return std::nullopt;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// "+02:00", "-0330", "+05" in minutes.
std::optional<int> fixed_offset(std::string_view text) {
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const auto hours = two_digits(text.substr(1, 2));
  std::string_view rest = text.substr(3);
  if (rest.starts_with(':')) rest.remove_prefix(1);
  const auto minutes = text.size() == 3 ? std::optional<int>(0) : two_digits(rest);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

// ISO 8601: the week belongs to the year in which its Thursday lies.
void set_iso_week(Moment& moment, chrono::sys_days day) {
  const auto thursday = day + days{4 - moment.iso_weekday};
  const auto year = chrono::year_month_day{thursday}.year();
  moment.iso_week_year = static_cast<int>(year);
  moment.iso_week = static_cast<int>((thursday - chrono::sys_days{year / 1 / 1}).count()) / 7 + 1;
}

std::optional<std::string> field(char specifier, const Moment& moment) {
  const auto sign = moment.offset_minutes < 0 ? '-' : '+';
  const int offset = std::abs(moment.offset_minutes);
  switch (specifier) {
    case 'Y':
      return fmt::format("{:04}", moment.year);
    case 'm':
      return fmt::format("{:02}", moment.month);
    case 'd':
      return fmt::format("{:02}", moment.day);
    case 'H':
      return fmt::format("{:02}", moment.hour);
    case 'M':
      return fmt::format("{:02}", moment.minute);
    case 'S':
      return fmt::format("{:02}", moment.second);
    case 'L':
      return fmt::format("{:03}", moment.millisecond);
    case 'j':
      return fmt::format("{:03}", moment.day_of_year);
    case 'u':
      return fmt::format("{}", moment.iso_weekday);
    case 'w':
      return fmt::format("{}", moment.weekday);
    case 'U':
      return fmt::format("{:02}", moment.week);
    case 'V':
      return fmt::format("{:02}", moment.iso_week);
    case 'G':
      return fmt::format("{:04}", moment.iso_week_year);
    case 'z':
      return fmt::format("{}{:02}{:02}", sign, offset / 60, offset % 60);
    case 'Z':
      return fmt::format("{}{:03}", sign, offset);
    case '%':
      return "%";
    default:
      return std::nullopt;
  }
}

std::int64_t truncated_months(std::int64_t local, std::int64_t months) {
  const chrono::year_month_day day{chrono::floor<days>(chrono::sys_time<milliseconds>{milliseconds{local}})};
  const std::int64_t since = (static_cast<int>(day.year()) - 2000) * 12LL + static_cast<unsigned>(day.month()) - 1;
  const std::int64_t begin = floor_divided(since, months) * months;
  const auto month = chrono::year{2000} / 1 + chrono::months{begin};
  return milliseconds_of(chrono::sys_days{month / 1});
}

std::int64_t truncated_length(std::int64_t local, std::int64_t length, chrono::sys_days from) {
  const std::int64_t origin = milliseconds_of(from);
  return origin + floor_divided(local - origin, length) * length;
}

}  // namespace

std::optional<Zone> Zone::find(std::string_view name) {
  Zone zone;
  if (name == "Z" || name == "UTC" || name == "GMT") return zone;
  if (const auto offset = fixed_offset(name)) {
    zone.offset_ = *offset * 60'000LL;
    return zone;
  }
  zone.zone_ = base::TimeZone::find(name);
  return zone.zone_ ? std::optional(zone) : std::nullopt;
}

std::int64_t Zone::to_local(std::int64_t utc) const {
  return zone_ ? milliseconds_of(zone_->read(time_of(utc))) : utc + offset_;
}

std::int64_t Zone::to_utc(std::int64_t local) const {
  if (!zone_) return local - offset_;
  return milliseconds_of(zone_->moment(base::TimeZone::Reading{milliseconds{local}}));
}

std::optional<Moment> moment_of(std::int64_t utc, const Zone& zone) {
  if (!is_in_range(utc)) return std::nullopt;
  const std::int64_t local = zone.to_local(utc);
  const auto day = chrono::floor<days>(chrono::sys_time<milliseconds>{milliseconds{local}});
  const chrono::year_month_day date{day};
  const auto rest = static_cast<int>(local - floor_divided(local, day_milliseconds) * day_milliseconds);
  Moment moment{};
  moment.year = static_cast<int>(date.year());
  moment.month = static_cast<int>(static_cast<unsigned>(date.month()));
  moment.day = static_cast<int>(static_cast<unsigned>(date.day()));
  moment.day_of_year = static_cast<int>((day - chrono::sys_days{date.year() / 1 / 1}).count()) + 1;
  moment.weekday = static_cast<int>(chrono::weekday{day}.c_encoding()) + 1;
  moment.iso_weekday = static_cast<int>(chrono::weekday{day}.iso_encoding());
  moment.week = (moment.day_of_year - 1 + 7 - (moment.weekday - 1)) / 7;
  set_iso_week(moment, day);
  moment.hour = rest / 3'600'000;
  moment.minute = rest / 60'000 % 60;
  moment.second = rest / 1000 % 60;
  moment.millisecond = rest % 1000;
  moment.offset_minutes = static_cast<int>((local - utc) / 60'000);
  return moment;
}

std::optional<std::string> format_moment(std::string_view format, const Moment& moment) {
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      out += format[i];
      continue;
    }
    const auto text = ++i < format.size() ? field(format[i], moment) : std::nullopt;
    if (!text) return std::nullopt;
    out += *text;
  }
  return out;
}

std::optional<std::int64_t> truncated(std::int64_t utc, std::string_view unit, std::int64_t count, const Zone& zone) {
  struct Length {
    std::string_view unit;
    std::int64_t months, length;
  };
  constexpr Length lengths[] = {{"year", 12, 0},
                                {"quarter", 3, 0},
                                {"month", 1, 0},
                                {"week", 0, 7 * day_milliseconds},
                                {"day", 0, day_milliseconds},
                                {"hour", 0, 3'600'000},
                                {"minute", 0, 60'000},
                                {"second", 0, 1000},
                                {"millisecond", 0, 1}};
  const auto* found = std::ranges::find(lengths, unit, &Length::unit);
  if (found == std::end(lengths) || count < 1 || count > 1'000'000 || !is_in_range(utc)) {
    return std::nullopt;
  }
  const std::int64_t local = zone.to_local(utc);
  const std::int64_t begin =
      found->months > 0 ? truncated_months(local, found->months * count)
                        : truncated_length(local, found->length * count, unit == "week" ? first_sunday : reference);
  return zone.to_utc(begin);
}

}  // namespace proffer::aggregation
