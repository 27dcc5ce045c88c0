#include "api/parameters.h"

#include <optional>
#include <string>

#include "document/json.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

namespace {

// An object, or a JSON string that holds one.
std::optional<json::object> object_in(std::string_view text) {
  auto value = document::parse_json(text, "params");
  if (value && value->is_string()) value = document::parse_json(std::string(value->get_string()), "params");
  if (!value || !value->is_object()) return std::nullopt;
  return std::move(value->get_object());
}

std::optional<json::object> object_from_text(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return json::object{};  // blank: no parameters
  if (auto object = object_in(text)) return object;
  return object_in(percent_decoded(text));
}

std::optional<json::object> object_from(const json::value& value) {
  if (value.is_object()) return value.get_object();
  if (value.is_string()) return object_from_text(value.get_string());
  return std::nullopt;
}

void add_pairs(json::object& params) {
  const auto* names = params.if_contains("input");
  const auto* values = params.if_contains("value");
  if (names == nullptr || values == nullptr || !names->is_array() || !values->is_array()) return;
  const json::array keys = names->get_array();
  const json::array cells = values->get_array();
  for (std::size_t i = 0; i < std::min(keys.size(), cells.size()); ++i) {
    if (keys[i].is_string() && !params.contains(keys[i].get_string())) params[keys[i].get_string()] = cells[i];
  }
}

}  // namespace

json::object merged_parameters(const json::object& body, document::Violations& violations) {
  json::object merged;
  for (const std::string_view name : {"in_param", "in_params", "params"}) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null()) continue;
    const auto object = object_from(*value);
    if (!object) {
      violations.add("body." + std::string(name), "expected an object, or its JSON text, plain or percent-encoded",
                     *value);
      continue;
    }
    for (const auto& [key, member] : *object) merged[key] = member;
  }
  add_pairs(merged);
  return merged;
}

}  // namespace proffer::api
