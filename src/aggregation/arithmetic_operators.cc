// Arithmetic, as MongoDB's manual has it (Arithmetic Expression Operators): integers stay integers until a result
// leaves 64 bits, and then are doubles; null and missing make null.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "aggregation/numbers.h"
#include "aggregation/operator_table.h"
#include "document/value_order.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

using base::Result;
using Real = double (*)(double);

bool any_null(Arguments arguments) { return std::ranges::any_of(arguments, is_missing_or_null); }

tl::unexpected<base::Error> no_number(const Value& value) {
  return refuse(fmt::format("expected numbers, got {}", kind_of(value)));
}

base::Status check_numbers(Arguments arguments) {
  for (const auto& value : arguments) {
    if (!value->is_number()) return no_number(value);
  }
  return {};
}

Result<Value> moved_date(std::int64_t date, const json::value& by) {
  const auto milliseconds = by.is_double() ? std::optional<std::int64_t>() : integer_of(by);
  const double moved = static_cast<double>(date) + by.to_number<double>();
  if (!(std::abs(moved) < 0x1p62)) return refuse("a date out of range");
  return Value(document::date_value(milliseconds ? date + *milliseconds : std::llround(moved)));
}

Result<Value> add(Arguments arguments) {
  if (any_null(arguments)) return null_result();
  Sum sum;
  std::optional<std::int64_t> date;
  for (const auto& value : arguments) {
    const auto found = document::date_of(*value);
    if (found && date) return refuse("expected at most one date");
    if (found) {
      date = found;
    } else if (value->is_number()) {
      sum.add(*value);
    } else {
      return refuse(fmt::format("expected numbers and at most one date, got {}", kind_of(value)));
    }
  }
  if (date) return moved_date(*date, sum.value());
  return Value(sum.value());
}

Result<Value> multiply(Arguments arguments) {
  if (any_null(arguments)) return null_result();
  TRY_DO(check_numbers(arguments));
  json::value product = 1;
  for (const auto& value : arguments) {
    const auto a = integer_of(product), b = integer_of(*value);
    product = a && b ? number_value(base::Int128{*a} * *b)
                     : json::value(product.to_number<double>() * value->to_number<double>());
  }
  return Value(std::move(product));
}

Result<Value> subtract(Arguments arguments) {
  if (any_null(arguments)) return null_result();
  const json::value &from = *arguments[0], &what = *arguments[1];
  const auto date = document::date_of(from), other = document::date_of(what);
  if (date && other) return Value(number_value(base::Int128{*date} - *other));
  if (date && what.is_number()) {
    const auto by = integer_of(what);
    return moved_date(*date, by ? number_value(-base::Int128{*by}) : json::value(-what.to_number<double>()));
  }
  if (!from.is_number() || !what.is_number()) {
    return refuse(fmt::format("expected two numbers, two dates, or a date and a number, got {} and {}",
                              kind_of(arguments[0]), kind_of(arguments[1])));
  }
  const auto a = integer_of(from), b = integer_of(what);
  if (a && b) return Value(number_value(base::Int128{*a} - *b));
  return Value(json::value(from.to_number<double>() - what.to_number<double>()));
}

Result<Value> divide(Arguments arguments) {
  if (any_null(arguments)) return null_result();
  TRY_DO(check_numbers(arguments));
  const double by = arguments[1]->to_number<double>();
  if (by == 0) return refuse("division by zero");
  return Value(json::value(arguments[0]->to_number<double>() / by));
}

Result<Value> mod(Arguments arguments) {
  if (any_null(arguments)) return null_result();
  TRY_DO(check_numbers(arguments));
  const auto a = integer_of(*arguments[0]), b = integer_of(*arguments[1]);
  const double by = arguments[1]->to_number<double>();
  if (by == 0) return refuse("division by zero");
  if (a && b) return Value(json::value(*b == -1 ? 0 : *a % *b));  // the least integer % -1 would overflow
  return Value(json::value(std::fmod(arguments[0]->to_number<double>(), by)));
}

Result<Value> abs(Arguments arguments) {
  if (any_null(arguments)) return null_result();
  TRY_DO(check_numbers(arguments));
  if (const auto integer = integer_of(*arguments[0])) {
    return Value(number_value(*integer < 0 ? -base::Int128{*integer} : base::Int128{*integer}));
  }
  return Value(json::value(std::abs(arguments[0]->to_number<double>())));
}

// An integer stays as it is.
template <Real function>
Result<Value> whole(Arguments arguments) {
  if (any_null(arguments)) return null_result();
  TRY_DO(check_numbers(arguments));
  if (integer_of(*arguments[0])) return arguments[0];
  return Value(json::value(function(arguments[0]->to_number<double>())));
}

// To a number of decimal places, from -20 to 100; negative ones round before the point.
template <Real function>
Result<Value> at_place(Arguments arguments) {
  if (is_missing_or_null(arguments[0]) || (arguments[1] && arguments[1]->is_null())) return null_result();
  TRY_DO(check_numbers(arguments.first(1)));
  const auto places = arguments[1] ? whole_number(*arguments[1]) : std::optional<std::int64_t>(0);
  if (!places || *places < -20 || *places > 100) return refuse("expected a number of places from -20 to 100");
  const bool is_integer = integer_of(*arguments[0]).has_value();
  if (is_integer && *places >= 0) return arguments[0];
  const double number = arguments[0]->to_number<double>();
  const double scale = std::pow(10.0, static_cast<double>(std::abs(*places)));
  const double scaled = *places >= 0 ? number * scale : number / scale;
  if (!std::isfinite(scaled)) return arguments[0];
  const double rounded = *places >= 0 ? function(scaled) / scale : function(scaled) * scale;
  if (is_integer && std::abs(rounded) < 0x1p63) return Value(json::value(static_cast<std::int64_t>(rounded)));
  return Value(json::value(rounded));
}

// `least`: the smallest argument that has a result, or just above it.
template <Real function>
Result<Value> real(Arguments arguments, double least, bool at_least) {
  if (any_null(arguments)) return null_result();
  TRY_DO(check_numbers(arguments));
  const double x = arguments[0]->to_number<double>();
  if (x < least || (x == least && !at_least)) {
    return refuse(fmt::format("expected a number {} {}", at_least ? "of at least" : "above", least));
  }
  return Value(json::value(function(x)));
}

Result<Value> sqrt(Arguments arguments) { return real<std::sqrt>(arguments, 0, true); }
Result<Value> exp(Arguments arguments) { return real<std::exp>(arguments, -INFINITY, true); }
Result<Value> ln(Arguments arguments) { return real<std::log>(arguments, 0, false); }
Result<Value> log10(Arguments arguments) { return real<std::log10>(arguments, 0, false); }

Result<Value> log(Arguments arguments) {
  if (any_null(arguments)) return null_result();
  TRY_DO(check_numbers(arguments));
  const double x = arguments[0]->to_number<double>(), base = arguments[1]->to_number<double>();
  if (!(x > 0) || !(base > 0) || base == 1) return refuse("expected a number above 0 and a base above 0 other than 1");
  return Value(json::value(std::log(x) / std::log(base)));
}

// The product of integers while it fits 64 bits.
std::optional<std::int64_t> integer_power(std::int64_t base, std::int64_t exponent) {
  std::int64_t power = 1;
  if (base == 0 || base == 1) return exponent == 0 ? 1 : base;
  if (base == -1) return exponent % 2 == 0 ? 1 : -1;
  for (; exponent > 0; --exponent) {
    if (__builtin_mul_overflow(power, base, &power)) return std::nullopt;
  }
  return power;
}

Result<Value> pow(Arguments arguments) {
  if (any_null(arguments)) return null_result();
  TRY_DO(check_numbers(arguments));
  const double base = arguments[0]->to_number<double>(), exponent = arguments[1]->to_number<double>();
  if (base == 0 && exponent < 0) return refuse("0 has no power with a negative exponent");
  const auto a = integer_of(*arguments[0]), b = integer_of(*arguments[1]);
  const auto exact = a && b && *b >= 0 ? integer_power(*a, *b) : std::nullopt;
  return Value(exact ? json::value(*exact) : json::value(std::pow(base, exponent)));
}

double truncated(double x) { return std::trunc(x); }
double half_to_even(double x) { return std::nearbyint(x); }
double ceiling(double x) { return std::ceil(x); }
double floor_of(double x) { return std::floor(x); }

constexpr OperatorRow arithmetic_rows[] = {
    {"$abs", abs, 1, 1},
    {"$add", add},
    {"$ceil", whole<ceiling>, 1, 1},
    {"$divide", divide, 2, 2},
    {"$exp", exp, 1, 1},
    {"$floor", whole<floor_of>, 1, 1},
    {"$ln", ln, 1, 1},
    {"$log", log, 2, 2},
    {"$log10", log10, 1, 1},
    {"$mod", mod, 2, 2},
    {"$multiply", multiply},
    {"$pow", pow, 2, 2},
    {"$round", at_place<half_to_even>, 1, 2},
    {"$sqrt", sqrt, 1, 1},
    {"$subtract", subtract, 2, 2},
    {"$trunc", at_place<truncated>, 1, 2},
};

}  // namespace

std::span<const OperatorRow> arithmetic_operators() { return arithmetic_rows; }

}  // namespace proffer::aggregation
