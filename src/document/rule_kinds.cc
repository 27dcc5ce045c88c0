#include "document/rule_kinds.h"

#include <array>
#include <cmath>

#include "base/ascii.h"
#include "document/duration.h"

namespace proffer::document {
namespace {

constexpr std::int64_t most_months = 12'000;
constexpr base::Micros longest_duration = std::chrono::hours{24} * 366 * 1'000;

bool may_be_date(RuleKind kind) {
  return kind == RuleKind::unknown || kind == RuleKind::text || kind == RuleKind::date;
}

bool can_be_spelled(RuleKind kind) { return kind == RuleKind::number || kind == RuleKind::date; }

// Months in a unit of the calendar; 0 for others.
std::int64_t months_in(std::string_view unit) {
  using base::equal_ignoring_case;
  if (equal_ignoring_case(unit, "month") || equal_ignoring_case(unit, "months")) return 1;
  if (equal_ignoring_case(unit, "year") || equal_ignoring_case(unit, "years")) return 12;
  return 0;
}

}  // namespace

std::string_view name_of(RuleKind kind) {
  constexpr std::array<std::string_view, 9> names{"a field",    "a number",   "text",   "true or false", "a date",
                                                  "a duration", "a duration", "a list", "a condition"};
  return names[static_cast<std::size_t>(kind)];
}

std::optional<RuleKind> kind_of_sum(RuleOp op, RuleKind a, RuleKind b) {
  if (may_be_number(a) && may_be_number(b)) return RuleKind::number;
  if (is_duration(a) && is_duration(b)) return a == b ? a : RuleKind::calendar_duration;
  if (may_be_date(a) && is_duration(b)) return RuleKind::date;
  if (op == RuleOp::add && is_duration(a) && may_be_date(b)) return RuleKind::date;
  if (op == RuleOp::subtract && may_be_date(a) && may_be_date(b)) return RuleKind::duration;
  return std::nullopt;
}

bool comparable(RuleKind a, bool a_spelled, RuleKind b, bool b_spelled) {
  if (a == RuleKind::unknown || b == RuleKind::unknown) return !is_duration(a) && !is_duration(b);
  if (a == b) return true;
  return (a_spelled && can_be_spelled(b)) || (b_spelled && can_be_spelled(a));
}

std::optional<std::optional<RuleValue>> rule_duration(double count, std::string_view unit) {
  const std::int64_t months = months_in(unit);
  const auto length = unit_length(unit);
  if (months == 0 && !length) return std::nullopt;
  const double most =
      months > 0 ? static_cast<double>(most_months / months) : static_cast<double>(longest_duration / *length);
  if (!(count >= 0 && count <= most) || std::trunc(count) != count) return std::optional<RuleValue>();
  const auto whole = static_cast<std::int64_t>(count);
  constexpr base::Micros day = std::chrono::hours{24};
  RuleValue value{.kind = months > 0 ? RuleKind::calendar_duration : RuleKind::duration};
  if (months > 0) {
    value.duration.months = whole * months;
  } else if (*length % day == base::Micros{0}) {
    value.duration.days = whole * (*length / day);
  } else {
    value.duration.rest = whole * *length;
  }
  return std::optional<RuleValue>(value);
}

}  // namespace proffer::document
