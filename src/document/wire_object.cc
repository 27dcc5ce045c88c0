#include "document/wire_object.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/ascii.h"

namespace proffer::document {
namespace {

namespace json = boost::json;
using Kind = WireType::Kind;

constexpr std::string_view own_schema = "$schema";

const json::value* find(const json::object& object, std::string_view name) {
  if (const auto* exact = object.if_contains(name)) return exact;
  const auto found =
      std::ranges::find_if(object, [&](const auto& member) { return base::equal_ignoring_case(member.key(), name); });
  return found == object.end() ? nullptr : &found->value();
}

std::vector<const WireField*> by_name(const WireObject& type) {
  std::vector<const WireField*> out;
  for (const auto& field : type.fields) out.push_back(&field);
  std::ranges::sort(out, {}, [](const WireField* field) { return field->name; });
  return out;
}

// A whole number, however it is spelled.
bool is_integer(const json::value& value) {
  json::error_code inexact;
  if (!value.is_number()) return false;
  (void)value.to_number<std::int64_t>(inexact);
  return !inexact;
}

void expect(bool holds, std::string_view what, const json::value& value, const Place& place, Violations& violations) {
  if (!holds) violations.add(place, fmt::format("expected {}", what), value);
}

void validate_one(const WireType& type, const json::value& value, const Place& place, Violations& violations) {
  switch (type.kind) {
    case Kind::any:
      return;
    case Kind::boolean:
      return expect(value.is_bool(), "boolean", value, place, violations);
    case Kind::integer:
      return expect(is_integer(value), "integer", value, place, violations);
    case Kind::number:
      return expect(value.is_number(), "number", value, place, violations);
    case Kind::text:
      return expect(value.is_string(), "string", value, place, violations);
    case Kind::map:
      return expect(value.is_object(), "object", value, place, violations);
    case Kind::object:
      return validate(*type.object, value, place, violations);
  }
}

void validate_field(const WireType& type, const json::value& value, const Place& place, Violations& violations) {
  if (!type.is_array) return validate_one(type, value, place, violations);
  if (value.is_null()) return;
  if (!value.is_array()) return expect(false, "array", value, place, violations);
  for (std::size_t i = 0; i < value.get_array().size(); ++i)
    validate_one(type, value.get_array()[i], Place(place, i), violations);
}

void refuse_others(const WireObject& type, const json::value& value, const Place& place, Violations& violations) {
  std::vector<std::string_view> others;
  for (const auto& member : value.get_object()) {
    const auto known = [&](const WireField& field) { return base::equal_ignoring_case(field.name, member.key()); };
    if (member.key() != own_schema && std::ranges::none_of(type.fields, known)) others.push_back(member.key());
  }
  std::ranges::sort(others);
  for (const auto name : others) violations.add(Place(place, name), "unexpected property", value);
}

json::object schema_of_one(const WireType& type);

json::object schema_of(const WireType& type) {
  auto one = schema_of_one(type);
  if (type.is_array) return {{"type", {"array", "null"}}, {"items", std::move(one)}};
  if (type.map_of) return {{"type", "object"}, {"additionalProperties", std::move(one)}};
  return one;
}

json::object object_schema(const WireObject& type) {
  json::object properties;
  json::array required;
  for (const auto& field : type.fields) {
    auto schema = schema_of(field.type);
    schema["description"] = field.doc;
    properties[field.name] = std::move(schema);
    if (field.required) required.emplace_back(field.name);
  }
  return {{"title", type.name},
          {"type", "object"},
          {"additionalProperties", false},
          {"properties", std::move(properties)},
          {"required", std::move(required)}};
}

json::object schema_of_one(const WireType& type) {
  switch (type.kind) {
    case Kind::any:
      return {};
    case Kind::boolean:
      return {{"type", "boolean"}};
    case Kind::integer:
      return {{"type", "integer"}, {"format", "int64"}};
    case Kind::number:
      return {{"type", "number"}, {"format", "double"}};
    case Kind::text:
      return {{"type", "string"}};
    case Kind::map:
      return {{"type", "object"}, {"additionalProperties", json::object{}}};
    case Kind::object:
      return object_schema(*type.object);
  }
  return {};
}

}  // namespace

void validate(const WireObject& type, const json::value& value, const Place& place, Violations& violations) {
  if (!value.is_object()) return expect(false, "object", value, place, violations);
  for (const auto* field : by_name(type)) {
    const auto* member = find(value.get_object(), field->name);
    if (member == nullptr) {
      if (field->required)
        violations.add(place, fmt::format("expected required property {} to be present", field->name), value);
    } else if (field->required || !member->is_null()) {
      validate_field(field->type, *member, Place(place, field->name), violations);
    }
  }
  refuse_others(type, value, place, violations);
}

const json::value* wire_member(const json::object& object, std::string_view name) {
  const auto* found = find(object, name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

json::object wire_schema(const WireObject& type) {
  auto out = object_schema(type);
  json::object properties{
      {own_schema,
       {{"type", "string"}, {"format", "uri"}, {"readOnly", true}, {"description", "Where its schema is."}}}};
  for (const auto& member : out.at("properties").as_object()) properties.insert(member);
  out["properties"] = std::move(properties);
  return out;
}

}  // namespace proffer::document
