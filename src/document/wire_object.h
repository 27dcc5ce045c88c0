// Types of an API that another server defined, described as data: one description gives the validation, with that
// server's own messages, and the JSON Schema. (What is ours alone is described by document/describe.h.)
//
// The rules are those of huma v2, a framework for Go, as observed: names match in either case, an optional member may
// be null, an array may be null even where it is required, and `$schema` may always be sent along. Violations come in
// this order: the members of an object by name, depth first, then those that it does not know.
#pragma once

#include <boost/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "document/violations.h"

namespace proffer::document {

struct WireObject;

struct WireType {
  enum class Kind { any, boolean, integer, number, text, map, object };
  Kind kind = Kind::any;  // map: an object with any values
  const WireObject* object = nullptr;
  bool is_array = false;
  bool map_of = false;  // an object whose values are of this kind
};

struct WireField {
  std::string_view name;
  WireType type;
  bool required;
  std::string_view doc;
};

struct WireObject {
  std::string_view name;
  std::span<const WireField> fields;  // in the order of the wire
};

// Adds everything that is wrong with `value`.
void validate(const WireObject& type, const boost::json::value& value, const Place& place, Violations& violations);

// The member of an object that was validated; null when it is absent or null. An exact name wins.
const boost::json::value* wire_member(const boost::json::object& object, std::string_view name);

// JSON Schema 2020-12, those of its parts within it; `$schema` is an optional member of the outermost.
boost::json::object wire_schema(const WireObject& type);

}  // namespace proffer::document
