#include "api/flatten.h"

#include "base/limits.h"
#include "document/json.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

class Flattening {
 public:
  // Whether there was room for all.
  bool add(const std::string& path, const json::value& value) {
    const std::string prefix = path.empty() ? "" : path + '_';
    if (const auto* object = value.if_object()) {
      for (const auto& [name, member] : *object) {
        if (!add(prefix + std::string(name), member)) return false;
      }
    } else if (const auto* array = value.if_array()) {
      for (std::size_t i = 0; i < array->size(); ++i) {
        if (!add(prefix + std::to_string(i), (*array)[i])) return false;
      }
    } else {
      return add_leaf(path, value);
    }
    return true;
  }

  json::object take() { return std::move(out_); }

 private:
  bool add_leaf(const std::string& path, const json::value& value) {
    bytes_ += path.size() + (value.is_string() ? value.get_string().size() : sizeof value);
    if (bytes_ > base::limits::document_bytes) return false;
    out_[path] = value;
    return true;
  }

  json::object out_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::optional<json::object> flatten(const json::object& object) {
  Flattening flattening;
  if (!flattening.add("", object)) return std::nullopt;
  return flattening.take();
}

std::string flatten(std::string_view object_text) {
  const auto value = document::parse_json(object_text, "answer");
  const auto flat = value && value->is_object() ? flatten(value->get_object()) : std::nullopt;
  return flat ? document::json_text(*flat) : std::string(object_text);
}

}  // namespace proffer::api
