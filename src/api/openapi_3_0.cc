// OpenAPI 3.0 from 3.1: the schemas of 3.0 are an older dialect of JSON Schema.
#include <algorithm>

#include "api/openapi.h"
#include "api/schema_parts.h"

namespace proffer::api {
namespace {

namespace json = boost::json;

// exclusiveMinimum: 5  ->  minimum: 5, exclusiveMinimum: true
void convert_bound(json::object& schema, std::string_view exclusive, std::string_view inclusive) {
  json::value* bound = schema.if_contains(exclusive);
  if (bound == nullptr || !bound->is_number()) return;
  const json::value number = *bound;
  *bound = true;
  schema[inclusive] = number;
}

// type: [number, null]  ->  type: number, nullable: true
void convert_type(json::object& schema) {
  json::value* type = schema.if_contains("type");
  if (type == nullptr || !type->is_array()) return;
  json::array types = type->as_array();
  const auto null = std::find(types.begin(), types.end(), json::value("null"));
  if (null != types.end()) {
    types.erase(null);
    schema["nullable"] = true;
  }
  if (types.size() == 1) {
    schema["type"] = types[0];
    return;
  }
  schema.stable_erase("type");
  json::array choices;
  for (const auto& each : types) choices.emplace_back(json::object{{"type", each}});
  schema["anyOf"] = std::move(choices);
}

// anyOf: [X, {type: null}]  ->  X with nullable: true (beside allOf when X is a reference, which has no neighbours
// there)
void convert_null_choice(json::object& schema) {
  const json::value* any_of = schema.if_contains("anyOf");
  if (any_of == nullptr) return;
  json::array choices = any_of->as_array();
  const json::value null{{"type", "null"}};
  const auto* const found = std::find(choices.begin(), choices.end(), null);
  if (found == choices.end()) return;
  choices.erase(found);
  schema["nullable"] = true;
  if (choices.size() > 1) {
    schema["anyOf"] = std::move(choices);
    return;
  }
  schema.stable_erase("anyOf");
  const json::object only = choices[0].as_object();
  if (only.contains("$ref")) {
    schema["allOf"] = std::move(choices);
  } else {
    for (const auto& member : only) schema[member.key()] = member.value();
  }
}

// In 3.0 whatever stands beside $ref is ignored.
void convert_reference(json::object& schema) {
  if (!schema.contains("$ref") || schema.size() == 1) return;
  const json::object only{{"$ref", schema.at("$ref")}};
  schema.stable_erase("$ref");
  schema["allOf"] = json::array{only};
}

void convert(json::object& schema) {
  if (const json::value* constant = schema.if_contains("const")) {
    const json::value only = *constant;
    schema.stable_erase("const");
    schema["enum"] = json::array{only};
  }
  if (const json::value* examples = schema.if_contains("examples"); examples != nullptr && examples->is_array()) {
    const json::value first = examples->as_array().empty() ? json::value(nullptr) : examples->as_array()[0];
    schema.stable_erase("examples");
    schema["example"] = first;
  }
  schema.stable_erase("$schema");
  schema.stable_erase("$id");
  convert_null_choice(schema);
  convert_type(schema);
  convert_bound(schema, "exclusiveMinimum", "minimum");
  convert_bound(schema, "exclusiveMaximum", "maximum");
  convert_reference(schema);
  for_each_part(schema, convert);
}

// Converts every schema wherever one stands in the paths: always the member `schema`.
void convert_schemas_in(json::value& value) {
  if (value.is_array()) {
    for (json::value& element : value.get_array()) convert_schemas_in(element);
  }
  if (!value.is_object()) return;
  for (auto& member : value.get_object()) {
    if (member.key() == "example") continue;
    if (member.key() == "schema") {
      convert(member.value().as_object());
    } else {
      convert_schemas_in(member.value());
    }
  }
}

}  // namespace

json::object openapi_3_0(const json::object& openapi_3_1) {
  json::object result = openapi_3_1;
  result["openapi"] = "3.0.3";
  result.stable_erase("jsonSchemaDialect");
  convert_schemas_in(result.at("paths"));
  for (auto& member : result.at("components").at("schemas").as_object()) convert(member.value().as_object());
  return result;
}

}  // namespace proffer::api
