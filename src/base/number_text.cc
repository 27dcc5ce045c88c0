#include "base/number_text.h"

#include <charconv>
#include <cmath>

namespace proffer::base {

void append_number(std::string& out, std::int64_t value) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  const double size = std::abs(value);
  if (size < 1e15 && value == std::trunc(value)) {
    append_number(out, static_cast<std::int64_t>(value));
    return;
  }
  char buffer[40];
  const auto form = size >= 1e-6 && size < 1e15 ? std::chars_format::fixed : std::chars_format::general;
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value, form).ptr);
}

std::string number_text(double value) {
  std::string text;
  append_number(text, value);
  return text;
}

}  // namespace proffer::base
