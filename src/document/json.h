// JSON text (RFC 8259) to values and back, strictly.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace proffer::document {

// What JSON allows between its tokens (RFC 8259, section 2).
inline constexpr std::string_view json_blanks = " \t\r\n";

// Exactly one value, with blanks around it. Doubles are correctly rounded; integers within int64 or uint64 stay
// integers. Errors: malformed, saying what and where ("line 3, column 14"), for empty text, bad UTF-8, anything that is
// not JSON, nesting deeper than `depth`, a member name given twice in one object, and numbers beyond a double. `what`
// begins the message ("body", "params").
base::Result<boost::json::value> parse_json(std::string_view text, std::string_view what = "body",
                                            std::size_t depth = base::limits::json_depth);

// Without blanks, members in their order, numbers as base/number_text.h prints them.
std::string json_text(const boost::json::value& value);
void append_json(std::string& out, const boost::json::value& value);
// `text` (UTF-8) as a JSON string, with its quotes.
void append_json_string(std::string& out, std::string_view text);

// At most about 200 bytes of JSON that show `value`: itself when it is short, otherwise a string with its beginning.
std::string json_excerpt(const boost::json::value& value);

// The number that all of `text` spells in JSON's grammar; null when it spells none, or one beyond a double.
boost::json::value number_from_text(std::string_view text);

// The member, unless it is missing or null.
inline const boost::json::value* present(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

// The member's text; empty when it is missing or no text.
inline std::string text_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace proffer::document
