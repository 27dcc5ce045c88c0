#include "base/uuid.h"

namespace proffer::base {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_dash_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

void Uuid::write(char* out) const {
  int nibble = 0;
  for (std::size_t i = 0; i < text_size; ++i) {
    if (is_dash_place(i)) {
      out[i] = '-';
      continue;
    }
    const std::uint64_t half = nibble < 16 ? high : low;
    out[i] = hex_digits[(half >> (60 - 4 * (nibble % 16))) & 15];
    ++nibble;
  }
}

std::string Uuid::to_string() const {
  std::string text(text_size, '-');
  write(text.data());
  return text;
}

Uuid make_uuid(Time time, std::uint64_t random) {
  const auto micros = static_cast<std::uint64_t>(time.time_since_epoch().count());
  const std::uint64_t millis = micros / 1000;
  return {(millis << 16) | 0x7000 | (micros % 1000), (random & 0x3fffffffffffffffULL) | 0x8000000000000000ULL};
}

std::optional<Time> uuid_time(const Uuid& uuid) {
  if ((uuid.high >> 12 & 0xf) != 7) return std::nullopt;
  const auto millis = static_cast<std::int64_t>(uuid.high >> 16);
  const auto micros = static_cast<std::int64_t>(uuid.high & 0xfff);
  return Time{Micros{millis * 1000 + (micros < 1000 ? micros : 0)}};
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != Uuid::text_size) return std::nullopt;
  Uuid uuid;
  int nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash_place(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    auto& half = nibble++ < 16 ? uuid.high : uuid.low;
    half = half << 4 | static_cast<std::uint64_t>(value);
  }
  return uuid;
}

}  // namespace proffer::base
