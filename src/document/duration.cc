#include "document/duration.h"

#include <array>
#include <charconv>
#include <cstdint>

#include "base/ascii.h"

namespace proffer::document {
namespace {

struct Unit {
  std::string_view name;
  base::Micros length;
};

constexpr std::array<Unit, 6> units{{{"ms", std::chrono::milliseconds{1}},
                                     {"second", std::chrono::seconds{1}},
                                     {"minute", std::chrono::minutes{1}},
                                     {"hour", std::chrono::hours{1}},
                                     {"day", std::chrono::hours{24}},
                                     {"week", std::chrono::hours{24 * 7}}}};

constexpr base::Micros longest_count = std::chrono::hours{24 * 366 * 300};

}  // namespace

std::optional<base::Micros> unit_length(std::string_view unit) {
  const bool plural = unit.size() > 2 && (unit.back() == 's' || unit.back() == 'S');
  const std::string_view singular = plural ? unit.substr(0, unit.size() - 1) : unit;
  for (const Unit& known : units)
    if (base::equal_ignoring_case(singular, known.name)) return known.length;
  return std::nullopt;
}

std::optional<base::Micros> parse_duration(std::string_view text) {
  text = base::trimmed(text);
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count < 0) return std::nullopt;
  const auto unit = unit_length(base::trimmed(text.substr(static_cast<std::size_t>(end - text.data()))));
  if (!unit || count > longest_count / *unit) return std::nullopt;
  return count * *unit;
}

}  // namespace proffer::document
