// The OpenAPI document, in both versions that clients read, and the schemas it names.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "api/route_doc.h"

namespace proffer::api {

struct ApiInfo {
  std::string title;
  std::string version;
  std::string description;  // Markdown
};

// OpenAPI 3.1. Every route with its parameters, bodies, answers and the problem document of its errors.
boost::json::object openapi(const ApiInfo& info, std::span<const RouteDoc> routes);

// The same as OpenAPI 3.0.3, whose schemas are an older JSON Schema: `nullable` for the type null, boolean exclusive
// bounds, `enum` for `const`, `example` for `examples`.
boost::json::object openapi_3_0(const boost::json::object& openapi_3_1);

// Every schema with a title that the routes use, by title: whole, with `$schema` and `$id` (/schemas/<title>.json).
std::map<std::string, boost::json::object, std::less<>> schema_documents(std::span<const RouteDoc> routes);

}  // namespace proffer::api
