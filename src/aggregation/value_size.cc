#include "aggregation/value_size.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace {

constexpr std::size_t bytes_of_value = 16;

}  // namespace

std::size_t value_bytes(const json::value& value) {
  if (const auto* text = value.if_string()) return bytes_of_value + text->size();
  if (const auto* object = value.if_object()) return value_bytes(*object);
  std::size_t bytes = bytes_of_value;
  if (const auto* array = value.if_array()) {
    for (const auto& element : *array) bytes += value_bytes(element);
  }
  return bytes;
}

std::size_t value_bytes(const json::object& object) {
  std::size_t bytes = bytes_of_value;
  for (const auto& member : object) bytes += member.key().size() + value_bytes(member.value());
  return bytes;
}

std::size_t value_depth(const json::value& value) {
  if (const auto* object = value.if_object()) return value_depth(*object);
  const auto* array = value.if_array();
  if (array == nullptr) return 0;
  std::size_t deepest = 0;
  for (const auto& element : *array) deepest = std::max(deepest, value_depth(element));
  return deepest + 1;
}

std::size_t value_depth(const json::object& object) {
  std::size_t deepest = 0;
  for (const auto& member : object) deepest = std::max(deepest, value_depth(member.value()));
  return deepest + 1;
}

base::Status check_size(const json::object& document) {
  if (value_bytes(document) > base::limits::document_bytes) {
    return base::fail(base::ErrorKind::too_large, fmt::format("a document between two stages is limited to {} bytes",
                                                              base::limits::document_bytes));
  }
  if (value_depth(document) <= most_levels) return {};
  return base::fail(base::ErrorKind::too_large,
                    fmt::format("a document between two stages is limited to {} levels", most_levels));
}

}  // namespace proffer::aggregation
