#include "adapters/cassandra/decimal.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace proffer::adapters::cql {
namespace {

namespace json = boost::json;

constexpr std::uint64_t base = 1'000'000'000;  // of one part
constexpr std::size_t exact_digits = 15;       // std::numeric_limits<double>::digits10
constexpr std::int64_t safe_exponent = 290;    // of a double that is neither subnormal nor beyond its range

bool is_negative(std::string_view bytes) { return !bytes.empty() && (bytes.front() & 0x80) != 0; }

// The amount, most significant byte first.
std::vector<std::uint8_t> magnitude(std::string_view bytes) {
  std::vector<std::uint8_t> out(bytes.begin(), bytes.end());
  if (!is_negative(bytes)) return out;
  unsigned carry = 1;
  for (auto part = out.rbegin(); part != out.rend(); ++part) {
    const unsigned sum = (~*part & 0xffu) + carry;
    *part = static_cast<std::uint8_t>(sum);
    carry = sum >> 8;
  }
  if (carry != 0) out.insert(out.begin(), 1);  // -256^n
  return out;
}

// Parts of nine digits, the least first.
std::vector<std::uint32_t> parts_of(const std::vector<std::uint8_t>& bytes) {
  std::vector<std::uint32_t> parts{0};
  for (const std::uint8_t byte : bytes) {
    std::uint64_t carry = byte;
    for (auto& part : parts) {
      carry += std::uint64_t{part} << 8;
      part = static_cast<std::uint32_t>(carry % base);
      carry /= base;
    }
    if (carry != 0) parts.push_back(static_cast<std::uint32_t>(carry));
  }
  return parts;
}

std::string digits_of(std::string_view bytes) {
  const auto parts = parts_of(magnitude(bytes));
  std::string text = std::to_string(parts.back());
  for (auto part = parts.rbegin() + 1; part != parts.rend(); ++part) text += fmt::format("{:09}", *part);
  return text;
}

template <class T>
bool reads_as(const std::string& text, T& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

std::size_t significant(const std::string& digits) {
  const auto last = digits.find_last_not_of('0');
  return last == std::string::npos ? 0 : last + 1;
}

// As java.math.BigDecimal.toString: plain while the exponent of the first digit is at least -6, else scientific.
std::string decimal_text(const std::string& digits, std::int64_t scale) {
  const auto size = static_cast<std::int64_t>(digits.size());
  const std::int64_t exponent = size - 1 - scale;
  if (scale == 0) return digits;
  if (scale > 0 && exponent >= -6) {
    if (size > scale)
      return digits.substr(0, static_cast<std::size_t>(size - scale)) + '.' +
             digits.substr(static_cast<std::size_t>(size - scale));
    return "0." + std::string(static_cast<std::size_t>(scale - size), '0') + digits;
  }
  std::string text = digits.substr(0, 1);
  if (size > 1) text += '.' + digits.substr(1);
  return text + fmt::format("E{:+}", exponent);
}

}  // namespace

std::string integer_text(std::string_view bytes) { return (is_negative(bytes) ? "-" : "") + digits_of(bytes); }

json::value integer_value(std::string_view bytes) {
  const std::string text = integer_text(bytes);
  if (std::int64_t number = 0; reads_as(text, number)) return number;
  if (std::uint64_t number = 0; reads_as(text, number)) return number;
  return json::value(text);
}

json::value decimal_value(std::string_view unscaled, std::int32_t scale) {
  const std::string digits = digits_of(unscaled);
  const char* sign = is_negative(unscaled) ? "-" : "";
  const std::int64_t exponent = static_cast<std::int64_t>(digits.size()) - 1 - scale;
  if (significant(digits) == 0) return 0.0;
  if (significant(digits) <= exact_digits && std::abs(exponent) <= safe_exponent) {
    double number = 0;
    if (reads_as(fmt::format("{}{}e{}", sign, digits, -std::int64_t{scale}), number)) return number;
  }
  return json::value(sign + decimal_text(digits, scale));
}

}  // namespace proffer::adapters::cql
