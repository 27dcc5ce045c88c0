// Walks over JSON Schemas.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace proffer::api {

// Calls visit(schema) for each schema that is a part of `schema`.
template <class F>
void for_each_part(boost::json::object& schema, F&& visit) {
  for (const auto* keyword : {"items", "additionalProperties", "not"}) {
    boost::json::value* part = schema.if_contains(keyword);
    if (part != nullptr && part->is_object()) visit(part->get_object());
  }
  for (const auto* keyword : {"anyOf", "oneOf", "allOf"}) {
    boost::json::value* parts = schema.if_contains(keyword);
    if (parts == nullptr) continue;
    for (boost::json::value& part : parts->as_array()) visit(part.as_object());
  }
  if (boost::json::value* properties = schema.if_contains("properties")) {
    for (auto& member : properties->as_object()) visit(member.value().as_object());
  }
}

}  // namespace proffer::api
