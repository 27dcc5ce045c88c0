#include "api/flatten.h"

#include "document/json.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

void flatten_into(json::object& out, const std::string& path, const json::value& value) {
  const std::string prefix = path.empty() ? "" : path + '_';
  if (const auto* object = value.if_object()) {
    for (const auto& [name, member] : *object) flatten_into(out, prefix + std::string(name), member);
  } else if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) flatten_into(out, prefix + std::to_string(i), (*array)[i]);
  } else {
    out[path] = value;
  }
}

}  // namespace

json::object flatten(const json::object& object) {
  json::object out;
  flatten_into(out, "", object);
  return out;
}

std::string flatten(std::string_view object_text) {
  const auto value = document::parse_json(object_text, "answer");
  return value && value->is_object() ? document::json_text(flatten(value->get_object())) : std::string(object_text);
}

}  // namespace proffer::api
