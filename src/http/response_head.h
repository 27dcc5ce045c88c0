// The status line and header of an answer, as text.
#pragma once

#include <string>
#include <string_view>

#include "http/server.h"

namespace proffer::http {

std::string_view reason_phrase(int status);

// Whether an answer of this status has a body at all (RFC 9110, section 6.4.1).
constexpr bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

// Appends everything up to and with the empty line. Control characters in values become blanks, so that no value can
// end its line. `keep_alive_1_0`: the peer speaks HTTP/1.0 and asked to keep the connection.
struct Persistence {
  bool close = false;
  bool keep_alive_1_0 = false;
};
void append_head(std::string& out, const Response& response, Persistence persistence);

// The text of the Date field for now, made once a second and thread.
std::string_view date_text();

}  // namespace proffer::http
