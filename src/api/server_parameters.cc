#include "api/server_parameters.h"

#include "document/json.h"
#include "document/lax_json.h"

namespace proffer::api {

base::Result<boost::json::object> object_parameter(const Call& call, const std::string& name) {
  const auto* text = call.request.query_value(name);
  if (text == nullptr || text->empty()) return boost::json::object{};
  const std::string location = "query." + name;
  auto value = document::parse_lax_json(*text, location);
  if (!value) return tl::unexpected(std::move(value).error());
  if (value->is_object()) return std::move(value->get_object());
  return base::fail_field(location, "expected an object", document::json_excerpt(*value));
}

}  // namespace proffer::api
