#include "service/offer_constraints.h"

#include <string>
#include <string_view>

#include "base/limits.h"
#include "document/describe.h"
#include "document/json.h"
#include "ranking/opening_hours.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

using decision::TimeRange;
using document::Place;
using document::Violations;

constexpr std::string_view range_expected = "expected hours like \"09:00-17:00\", an array of such, or \"closed\"";
constexpr std::string_view every_other_day = "all";

void add_range(const json::value& text, const Place& place, std::vector<TimeRange>& ranges, Violations& violations) {
  const auto range = text.is_string() ? ranking::parse_time_range(std::string_view(text.get_string())) : std::nullopt;
  if (range) {
    ranges.push_back(*range);
  } else {
    violations.add(place, std::string(range_expected), text);
  }
}

// The ranges of one day.
std::vector<TimeRange> read_day(const json::value& value, const Place& place, Violations& violations) {
  std::vector<TimeRange> ranges;
  if (value.is_null() || value == json::value("closed") || value == json::value("")) return ranges;
  const auto* array = value.if_array();
  if (array == nullptr) {
    add_range(value, place, ranges, violations);
    return ranges;
  }
  if (array->size() > base::limits::constraints_per_campaign) violations.add(place, "has too many ranges");
  for (std::size_t i = 0; i < array->size() && i < base::limits::constraints_per_campaign; ++i) {
    add_range((*array)[i], Place(place, i), ranges, violations);
  }
  return ranges;
}

decision::OpeningHours read_days(const json::object& days, const Place& place, Violations& violations) {
  decision::OpeningHours hours;
  if (const auto* others = days.if_contains(every_other_day)) {
    hours.days.fill(read_day(*others, Place(place, every_other_day), violations));
  }
  for (const auto& [name, value] : days) {
    if (name == every_other_day) continue;
    const auto day = ranking::parse_weekday(name);
    if (!day) {
      violations.add(Place(place, name), "expected a day like \"monday\" or \"mon\", or \"all\"");
      continue;
    }
    hours.days[*day] = read_day(value, Place(place, name), violations);
  }
  return hours;
}

std::optional<decision::OpeningHours> read_hours(const json::value& value, const Place& place, Violations& violations) {
  if (const auto* days = value.if_object()) return read_days(*days, place, violations);
  if (value == json::value("")) return std::nullopt;  // an empty cell of CSV
  const bool is_text = value.is_string() && value.get_string().starts_with("{");
  if (is_text) {
    const auto parsed = document::parse_json(std::string_view(value.get_string()), "opening_hours");
    if (parsed && parsed->is_object()) return read_days(parsed->get_object(), place, violations);
  }
  decision::OpeningHours hours;
  hours.days.fill(read_day(value, place, violations));
  return hours;
}

double read_limit(const json::value& value, const Place& place, Violations& violations) {
  if (value == json::value("")) return decision::unlimited_spend;
  constexpr document::Rules number{.text_accepted = true};
  const auto limit = document::read_number(value, number, place, violations);
  if (!limit || *limit >= 0 || *limit == decision::unlimited_spend) return limit.value_or(decision::unlimited_spend);
  violations.add(place, "expected a number that is not negative, or -1 for no limit", value);
  return decision::unlimited_spend;
}

}  // namespace

decision::OfferConstraints read_offer_constraints(const json::object& row, const Place& row_place,
                                                  Violations& violations) {
  decision::OfferConstraints constraints;
  if (const auto* group = document::present(row, "group")) {
    constexpr document::Rules text{.number_accepted = true, .max_bytes = base::limits::offer_name_bytes};
    constraints.group = document::read_text(*group, text, Place(row_place, "group"), violations).value_or("");
  }
  if (const auto* limit = document::present(row, "spend_limit")) {
    constraints.spend_limit = read_limit(*limit, Place(row_place, "spend_limit"), violations);
  }
  if (const auto* hours = document::present(row, "opening_hours")) {
    constraints.opening_hours = read_hours(*hours, Place(row_place, "opening_hours"), violations);
  }
  return constraints;
}

}  // namespace proffer::service
