// Date Expression Operators of MongoDB's manual. Null and missing make null.
#include <fmt/format.h>

#include <chrono>

#include "aggregation/conversions.h"
#include "aggregation/moment.h"
#include "aggregation/numbers.h"
#include "aggregation/operator_table.h"
#include "base/time_text.h"
#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

using base::Result;

constexpr std::string_view plain_format = "%Y-%m-%dT%H:%M:%S.%LZ";

// Nothing named: UTC. Errors: for a null no error, but nothing.
Result<std::optional<Zone>> zone_of(const Value& name) {
  if (!name) return Zone();
  if (name->is_null()) return std::optional<Zone>();
  const auto zone = name->is_string() ? Zone::find(name->get_string()) : std::nullopt;
  if (!zone) return refuse("`timezone` is a name of the IANA database or an offset such as +02:00");
  return zone;
}

Result<std::int64_t> date_in(const Value& value) {
  const auto date = document::date_of(*value);
  if (!date) return refuse(fmt::format("expected a date, got {}", kind_of(value)));
  return *date;
}

Result<Moment> moment_in(const Value& value, const Zone& zone) {
  TRY(const auto date, date_in(value));
  const auto moment = moment_of(date, zone);
  if (!moment) return refuse("a date out of the calendar's range");
  return *moment;
}

template <int Moment::*part>
Result<Value> part_of(Arguments arguments) {
  if (is_missing_or_null(arguments[0])) return null_result();
  TRY(const auto zone, zone_of(arguments.size() > 1 ? arguments[1] : Value()));
  if (!zone) return null_result();
  TRY(const auto moment, moment_in(arguments[0], *zone));
  return Value(json::value(std::int64_t{moment.*part}));
}

// {date, format, timezone, onNull}
Result<Value> to_text(Arguments arguments) {
  if (is_missing_or_null(arguments[0])) return arguments[3] ? arguments[3] : null_result();
  TRY(const auto zone, zone_of(arguments[2]));
  if (!zone || (arguments[1] && arguments[1]->is_null())) return null_result();
  if (arguments[1] && !arguments[1]->is_string()) return refuse("`format` is a string");
  TRY(const auto moment, moment_in(arguments[0], *zone));
  const auto format = arguments[1] ? std::string_view(arguments[1]->get_string()) : plain_format;
  const auto text = format_moment(format, moment);
  if (!text) return refuse("`format` knows %Y %m %d %H %M %S %L %j %u %w %U %V %G %z %Z %%");
  return Value(json::value(*text));
}

// {dateString, timezone, onError, onNull}
Result<Value> from_text(Arguments arguments) {
  if (is_missing_or_null(arguments[0])) return arguments[3] ? arguments[3] : null_result();
  TRY(const auto zone, zone_of(arguments[1]));
  if (!zone) return null_result();
  const auto* text = arguments[0]->if_string();
  const auto reading = text == nullptr ? std::nullopt : base::parse_time(*text);
  if (!reading && arguments[2]) return arguments[2];
  if (!reading) return refuse("expected a date as ISO 8601 writes it");
  const auto shown = std::chrono::floor<std::chrono::milliseconds>(reading->time_since_epoch()).count();
  const bool has_offset = text->find_first_of("Z+-", std::string_view("yyyy-mm-dd").size()) != text->npos;
  return Value(document::date_value(has_offset ? shown : zone->to_utc(shown)));
}

// {date, unit, binSize, timezone}
Result<Value> truncate(Arguments arguments) {
  if (is_missing_or_null(arguments[0]) || is_missing_or_null(arguments[1])) return null_result();
  TRY(const auto zone, zone_of(arguments[3]));
  if (!zone || (arguments[2] && arguments[2]->is_null())) return null_result();
  TRY(const auto date, date_in(arguments[0]));
  const auto count = arguments[2] ? whole_number(*arguments[2]) : std::optional<std::int64_t>(1);
  const auto begin = arguments[1]->is_string() && count
                         ? truncated(date, std::string_view(arguments[1]->get_string()), *count, *zone)
                         : std::nullopt;
  if (begin) return Value(document::date_value(*begin));
  return refuse(
      "`unit` is one of year, quarter, month, week, day, hour, minute, second, millisecond, and `binSize` an integer "
      "from 1 to 1000000");
}

template <int Moment::*part>
constexpr OperatorRow part_row(std::string_view name) {
  return {name, part_of<part>, 1, 1, {"date", "timezone"}};
}

constexpr OperatorRow date_rows[] = {
    {"$dateFromString", from_text, 1, 4, {"dateString", "timezone", "onError", "onNull"}, true},
    {"$dateToString", to_text, 1, 4, {"date", "format", "timezone", "onNull"}, true},
    {"$dateTrunc", truncate, 2, 4, {"date", "unit", "binSize", "timezone"}, true},
    part_row<&Moment::day>("$dayOfMonth"),
    part_row<&Moment::weekday>("$dayOfWeek"),
    part_row<&Moment::day_of_year>("$dayOfYear"),
    part_row<&Moment::hour>("$hour"),
    part_row<&Moment::iso_weekday>("$isoDayOfWeek"),
    part_row<&Moment::iso_week>("$isoWeek"),
    part_row<&Moment::iso_week_year>("$isoWeekYear"),
    part_row<&Moment::millisecond>("$millisecond"),
    part_row<&Moment::minute>("$minute"),
    part_row<&Moment::month>("$month"),
    part_row<&Moment::second>("$second"),
    part_row<&Moment::week>("$week"),
    part_row<&Moment::year>("$year"),
};

}  // namespace

std::span<const OperatorRow> date_operators() { return date_rows; }

std::string date_text(std::int64_t milliseconds) {
  const auto moment = moment_of(milliseconds, Zone());
  return moment ? format_moment(plain_format, *moment).value() : fmt::format("{} ms", milliseconds);
}

}  // namespace proffer::aggregation
