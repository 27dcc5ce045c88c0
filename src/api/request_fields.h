// Reads the loosely typed fields of the original's requests, and collects what is wrong.
#pragma once

#include <boost/json.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "document/violations.h"

namespace proffer::api {

class RequestFields {
 public:
  explicit RequestFields(const boost::json::object& body) : body_(body) {}

  // The first of `names` that is there and not null, as text: strings as they are, numbers and booleans as JSON spells
  // them.
  std::optional<std::string> text(std::initializer_list<std::string_view> names, std::size_t max_bytes);
  // An integer, or text that spells one, within the bounds.
  std::optional<std::int64_t> integer(std::initializer_list<std::string_view> names, std::int64_t low,
                                      std::int64_t high);
  // true or false, or text that says so.
  bool flag(std::string_view name);

  // What another reader of the same body found wrong.
  void add(const base::Error& error);

  document::Violations& violations() { return violations_; }
  base::Status status() const;

 private:
  std::pair<std::string_view, const boost::json::value*> find(std::initializer_list<std::string_view> names) const;

  const boost::json::object& body_;
  document::Violations violations_;
};

// The body as an object: malformed when it is not JSON, invalid when it is something else.
base::Result<boost::json::object> object_body(std::string_view body);

}  // namespace proffer::api
