// Uuids of version 7 (RFC 9562, section 5.7): time-ordered, so an index on them only ever grows at its end.
//
// The 48-bit field holds milliseconds and the 12 bits behind the version hold the microseconds within, so a uuid that
// Proffer made gives back the exact stored time of its record.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace proffer::base {

struct Uuid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(const Uuid&) const = default;

  static constexpr std::size_t text_size = 36;
  std::string to_string() const;  // 8-4-4-4-12 lower-case hex digits
  void write(char* out) const;    // exactly text_size characters, no terminator
  bool is_nil() const { return high == 0 && low == 0; }
};

// A version 7 uuid of `time` (1970 to 10889) with 62 bits of `random`.
Uuid make_uuid(Time time, std::uint64_t random);

// The time in a uuid that make_uuid made; for another version 7 uuid, its millisecond (with noise below).
// Nothing for other versions.
std::optional<Time> uuid_time(const Uuid& uuid);

// 36 characters of either case, or nothing.
std::optional<Uuid> parse_uuid(std::string_view text);

}  // namespace proffer::base

template <>
struct std::hash<proffer::base::Uuid> {
  std::size_t operator()(const proffer::base::Uuid& uuid) const noexcept {
    return uuid.low ^ (uuid.high * 0x9e3779b97f4a7c15ULL);
  }
};
