// Reads the query parameters of a request, and collects what is wrong.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "document/violations.h"
#include "http/server.h"

namespace proffer::api {

class Query {
 public:
  // Parameters that are not `known` are violations.
  Query(const http::Request& request, std::initializer_list<std::string_view> known);

  std::optional<std::string> text(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t low, std::int64_t high);
  std::optional<base::Time> time(std::string_view name);  // ISO 8601

  document::Violations& violations() { return violations_; }
  base::Status status() const;

 private:
  const http::Request& request_;
  document::Violations violations_;
};

}  // namespace proffer::api
