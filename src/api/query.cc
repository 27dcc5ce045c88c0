#include "api/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/time_text.h"

namespace proffer::api {
namespace {

std::string query_location(std::string_view name) { return "query." + std::string(name); }

}  // namespace

Query::Query(const http::Request& request, std::initializer_list<std::string_view> known) : request_(request) {
  for (const auto& [name, value] : request.query) {
    if (std::ranges::find(known, name) != known.end()) continue;
    violations_.add(query_location(name), fmt::format("is not a parameter here; known: {}", fmt::join(known, ", ")),
                    boost::json::value(value));
  }
}

std::optional<std::string> Query::text(std::string_view name) const {
  const auto* value = request_.query_value(name);
  return value == nullptr || value->empty() ? std::nullopt : std::optional(*value);
}

std::optional<std::int64_t> Query::integer(std::string_view name, std::int64_t low, std::int64_t high) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error == std::errc{} && end == value->data() + value->size() && number >= low && number <= high) return number;
  violations_.add(query_location(name), fmt::format("expected a whole number from {} to {}", low, high),
                  boost::json::value(*value));
  return std::nullopt;
}

std::optional<base::Time> Query::time(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto parsed = base::parse_time(*value);
  if (!parsed) {
    violations_.add(query_location(name), "expected a date and time as in 2024-12-20T13:04:43Z",
                    boost::json::value(*value));
  }
  return parsed;
}

base::Status Query::status() const {
  if (violations_.empty()) return {};
  return tl::unexpected(violations_.error());
}

}  // namespace proffer::api
