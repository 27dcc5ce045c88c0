// Checks a value against the part of JSON Schema 2020-12 that our schemas use, written apart from the code that makes
// them.
#pragma once

#include <regex.h>

#include <boost/json.hpp>
#include <cmath>
#include <stdexcept>
#include <string>

namespace proffer::tests {

inline bool schema_accepts(const boost::json::object& schema, const boost::json::value& value);

inline bool has_type(const boost::json::value& value, std::string_view type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_bool();
  if (type == "string") return value.is_string();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "number") return value.is_number();
  if (type == "integer") return value.is_number() && std::trunc(value.to_number<double>()) == value.to_number<double>();
  throw std::invalid_argument("unknown type " + std::string(type));
}

// Our patterns are such that POSIX and ECMA-262 read them alike. (g++ 12 warns within std::regex when it sanitizes.)
inline bool matches(const std::string& text, const char* pattern) {
  regex_t compiled;
  if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0) throw std::invalid_argument(pattern);
  const bool found = regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return found;
}

inline bool object_fits(const boost::json::object& schema, const boost::json::object& object) {
  if (const auto* required = schema.if_contains("required")) {
    for (const auto& name : required->as_array())
      if (!object.contains(name.as_string())) return false;
  }
  const auto* properties = schema.if_contains("properties");
  for (const auto& member : object) {
    const auto* property = properties ? properties->as_object().if_contains(member.key()) : nullptr;
    if (property != nullptr && !schema_accepts(property->as_object(), member.value())) return false;
    const bool closed = schema.contains("additionalProperties") && schema.at("additionalProperties") == false;
    if (property == nullptr && closed) return false;
  }
  return true;
}

inline bool keyword_holds(std::string_view keyword, const boost::json::value& operand, const boost::json::value& value,
                          const boost::json::object& schema) {
  const auto number = [](const boost::json::value& v) { return v.to_number<double>(); };
  if (keyword == "type") return has_type(value, operand.as_string());
  if (keyword == "minimum") return !value.is_number() || number(value) >= number(operand);
  if (keyword == "maximum") return !value.is_number() || number(value) <= number(operand);
  if (keyword == "exclusiveMinimum") return !value.is_number() || number(value) > number(operand);
  if (keyword == "exclusiveMaximum") return !value.is_number() || number(value) < number(operand);
  if (keyword == "maxLength") return !value.is_string() || value.as_string().size() <= operand.to_number<std::size_t>();
  if (keyword == "maxItems") return !value.is_array() || value.as_array().size() <= operand.to_number<std::size_t>();
  if (keyword == "pattern")
    return !value.is_string() || matches(std::string(value.as_string()), operand.as_string().c_str());
  if (keyword == "enum") {
    for (const auto& allowed : operand.as_array())
      if (allowed == value) return true;
    return false;
  }
  if (keyword == "anyOf") {
    for (const auto& choice : operand.as_array())
      if (schema_accepts(choice.as_object(), value)) return true;
    return false;
  }
  if (keyword == "items") {
    if (!value.is_array()) return true;
    for (const auto& element : value.as_array())
      if (!schema_accepts(operand.as_object(), element)) return false;
    return true;
  }
  if (keyword == "properties") return !value.is_object() || object_fits(schema, value.as_object());
  for (const std::string_view other : {"title", "description", "default", "required", "additionalProperties"}) {
    if (keyword == other) return true;
  }
  throw std::invalid_argument("unknown keyword " + std::string(keyword));
}

inline bool schema_accepts(const boost::json::object& schema, const boost::json::value& value) {
  for (const auto& member : schema) {
    if (!keyword_holds(member.key(), member.value(), value, schema)) return false;
  }
  return true;
}

}  // namespace proffer::tests
