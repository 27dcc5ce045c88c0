#include "aggregation/numbers.h"

#include <cmath>
#include <limits>

namespace proffer::aggregation {
namespace json = boost::json;

std::optional<std::int64_t> integer_of(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64() && value.get_uint64() <= INT64_MAX) return static_cast<std::int64_t>(value.get_uint64());
  return std::nullopt;
}

std::optional<std::int64_t> whole_number(const json::value& value) {
  if (!value.is_double()) return integer_of(value);
  const double number = value.get_double();
  if (std::floor(number) != number || !(std::abs(number) < 0x1p63)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

json::value number_value(base::Int128 value) {
  if (value >= INT64_MIN && value <= INT64_MAX) return static_cast<std::int64_t>(value);
  return static_cast<double>(value);
}

void Sum::add(const json::value& number) {
  if (const auto integer = integer_of(number)) {
    integers_ += *integer;
    return;
  }
  has_double_ = true;
  const double x = number.to_number<double>();
  const double sum = doubles_ + x;
  if (std::isfinite(sum)) lost_ += std::abs(doubles_) >= std::abs(x) ? (doubles_ - sum) + x : (x - sum) + doubles_;
  doubles_ = sum;
}

json::value Sum::value() const { return has_double_ ? json::value(as_double()) : number_value(integers_); }

double Sum::as_double() const {
  if (!std::isfinite(doubles_)) return doubles_;
  return doubles_ + (static_cast<double>(integers_) + lost_);
}

}  // namespace proffer::aggregation
