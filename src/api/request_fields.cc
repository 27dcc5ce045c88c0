#include "api/request_fields.h"

#include <fmt/format.h>

#include "document/json.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

std::string body_location(std::string_view name) { return "body." + std::string(name); }

std::optional<std::int64_t> whole_number(const json::value& value) {
  if (value.is_string()) {
    const auto number = document::number_from_text(value.get_string());
    return number.is_string() ? std::nullopt : whole_number(number);
  }
  boost::system::error_code error;
  const auto number = value.to_number<std::int64_t>(error);  // exact: refuses fractions and what does not fit
  return error ? std::nullopt : std::optional(number);
}

}  // namespace

std::pair<std::string_view, const json::value*> RequestFields::find(
    std::initializer_list<std::string_view> names) const {
  for (const auto name : names) {
    const auto* value = body_.if_contains(name);
    if (value != nullptr && !value->is_null()) return {name, value};
  }
  return {*names.begin(), nullptr};
}

std::optional<std::string> RequestFields::text(std::initializer_list<std::string_view> names, std::size_t max_bytes) {
  const auto [name, value] = find(names);
  if (value == nullptr) return std::nullopt;
  if (value->is_structured()) {
    violations_.add(body_location(name), "expected a string or a number", *value);
    return std::nullopt;
  }
  auto text = value->is_string() ? std::string(value->get_string()) : document::json_text(*value);
  if (text.size() <= max_bytes) return text;
  violations_.add(body_location(name), fmt::format("expected at most {} bytes", max_bytes), *value);
  return std::nullopt;
}

std::optional<std::int64_t> RequestFields::integer(std::initializer_list<std::string_view> names, std::int64_t low,
                                                   std::int64_t high) {
  const auto [name, value] = find(names);
  if (value == nullptr) return std::nullopt;
  const auto number = whole_number(*value);
  if (number && *number >= low && *number <= high) return number;
  violations_.add(body_location(name), fmt::format("expected a whole number from {} to {}", low, high), *value);
  return std::nullopt;
}

bool RequestFields::flag(std::string_view name) {
  const auto [found, value] = find({name});
  if (value == nullptr) return false;
  if (value->is_bool()) return value->get_bool();
  if (*value == json::value("true")) return true;
  if (*value != json::value("false")) violations_.add(body_location(name), "expected true or false", *value);
  return false;
}

void RequestFields::add(const base::Error& error) {
  for (const auto& field : error.fields)
    violations_.add(field.location, field.message, document::parse_json(field.value).value_or(nullptr));
}

base::Status RequestFields::status() const {
  if (violations_.empty()) return {};
  return tl::unexpected(violations_.error());
}

base::Result<json::object> object_body(std::string_view body) {
  TRY(auto value, document::parse_json(body));
  if (!value.is_object()) return base::fail_field("body", "expected an object", document::json_excerpt(value));
  return std::move(value.get_object());
}

}  // namespace proffer::api
