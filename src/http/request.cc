#include <algorithm>

#include "http/server.h"

namespace proffer::http {
namespace {

template <class Fields>
const std::string* find_value(const Fields& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; });
  return found == fields.end() ? nullptr : &found->second;
}

}  // namespace

std::string_view Request::header(std::string_view lower_case_name) const {
  const std::string* value = find_value(headers, lower_case_name);
  return value ? std::string_view(*value) : std::string_view();
}

const std::string* Request::query_value(std::string_view name) const { return find_value(query, name); }

}  // namespace proffer::http
