#include "scoring/schema.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>

namespace proffer::scoring {
namespace {

namespace json = boost::json;
using Counts = std::array<std::size_t, 3>;  // of each kind

std::optional<Kind> kind_of(const json::value& value) {
  if (value.is_string()) return Kind::category;
  if (value.is_number()) return Kind::number;
  if (value.is_bool()) return Kind::boolean;
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Kind kind) {
  constexpr std::array<std::string_view, 3> names{"category", "number", "boolean"};
  return names[static_cast<std::size_t>(kind)];
}

Schema infer_schema(std::span<const json::object* const> rows) {
  std::map<std::string_view, Counts, std::less<>> counts;
  for (const auto* row : rows) {
    for (const auto& member : *row) {
      if (const auto kind = kind_of(member.value())) ++counts[member.key()][static_cast<std::size_t>(*kind)];
    }
  }
  Schema out;
  for (const auto& [name, count] : counts) {
    const auto most = std::max_element(count.begin(), count.end()) - count.begin();
    out.push_back({std::string(name), static_cast<Kind>(most)});
  }
  return out;
}

float number_of(Kind kind, const json::value& value) {
  if (kind == Kind::boolean && value.is_bool()) return value.get_bool() ? 1 : 0;
  if (kind != Kind::number || !value.is_number()) return std::numeric_limits<float>::quiet_NaN();
  constexpr double largest = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(value.to_number<double>(), -largest, largest));
}

std::string_view text_of(const json::value& value) {
  return value.is_string() ? std::string_view(value.get_string()) : std::string_view();
}

}  // namespace proffer::scoring
