// The JSON Schema side of descriptions: what each kind of value looks like there.
#include "document/describe.h"

namespace proffer::document {
namespace {

namespace json = boost::json;

constexpr std::string_view number_pattern = R"(^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$)";
constexpr std::string_view integer_pattern = R"(^-?(0|[1-9][0-9]*)(\.0+)?$)";
constexpr std::string_view unsigned_pattern = R"(^(0|[1-9][0-9]*)(\.0+)?$)";

// 0 rather than 0.0: bounds are printed as people write them.
json::value bound(double value) {
  const auto integer = static_cast<std::int64_t>(value);
  if (static_cast<double>(integer) == value) return integer;
  return value;
}

json::object with_bounds(json::object schema, const Rules& rules) {
  if (rules.minimum) schema["minimum"] = bound(*rules.minimum);
  if (rules.maximum) schema["maximum"] = bound(*rules.maximum);
  if (rules.above) schema["exclusiveMinimum"] = bound(*rules.above);
  if (rules.below) schema["exclusiveMaximum"] = bound(*rules.below);
  return schema;
}

json::object either(json::object first, json::object second) {
  return {{"anyOf", json::array{std::move(first), std::move(second)}}};
}

json::object number_or_text(json::object number, std::string_view pattern, const Rules& rules) {
  if (!rules.text_accepted) return number;
  return either(std::move(number), {{"type", "string"}, {"pattern", pattern}});
}

}  // namespace

json::object bool_schema(const Rules& rules) {
  json::object schema{{"type", "boolean"}};
  if (!rules.text_accepted) return schema;
  return either(std::move(schema), {{"type", "string"}, {"enum", {"true", "false"}}});
}

json::object number_schema(const Rules& rules) {
  return number_or_text(with_bounds({{"type", "number"}}, rules), number_pattern, rules);
}

json::object integer_schema(const Rules& rules, bool is_unsigned, std::uint64_t largest) {
  json::object schema{{"type", "integer"}};
  if (is_unsigned) schema["minimum"] = 0;
  if (largest <= std::numeric_limits<std::uint32_t>::max()) schema["maximum"] = largest;
  return number_or_text(with_bounds(std::move(schema), rules), is_unsigned ? unsigned_pattern : integer_pattern, rules);
}

json::object text_schema(const Rules& rules) {
  json::object schema{{"type", "string"}};
  if (rules.max_bytes > 0) schema["maxLength"] = rules.max_bytes;
  if (!rules.pattern.empty()) schema["pattern"] = rules.pattern;
  if (!rules.allowed.empty()) schema["enum"] = json::array(rules.allowed.begin(), rules.allowed.end());
  if (!rules.number_accepted) return schema;
  return either(std::move(schema), {{"type", "number"}});
}

json::object array_schema(json::object items, const Rules& rules) {
  json::object schema{{"type", "array"}, {"items", std::move(items)}};
  if (rules.max_items > 0) schema["maxItems"] = rules.max_items;
  return schema;
}

json::object nullable_schema(json::object schema) {
  if (schema.empty()) return schema;
  return either(std::move(schema), {{"type", "null"}});
}

json::object object_schema(std::string_view title, Unknown unknown) {
  json::object schema{{"title", title}, {"type", "object"}, {"properties", json::object{}}};
  if (unknown == Unknown::refuse) schema["additionalProperties"] = false;
  return schema;
}

void add_property(json::object& object_schema, const FieldDoc& field, json::object field_schema,
                  json::value default_value) {
  field_schema["description"] = field.doc;
  if (field.rules.required) {
    auto& required = object_schema["required"];
    if (required.is_null()) required.emplace_array();
    required.as_array().emplace_back(field.json_name());
  } else if (!default_value.is_null()) {
    field_schema["default"] = std::move(default_value);
  }
  json::object& properties = object_schema["properties"].as_object();
  if (!field.rules.also.empty()) {
    properties[field.rules.also] = field_schema;
  }
  properties[field.json_name()] = std::move(field_schema);
}

}  // namespace proffer::document
