// The request target (RFC 9112, section 3.2): its four forms, taken apart and percent-decoded.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace proffer::http {

struct Target {
  std::string path;  // begins with "/", or is "*" (OPTIONS only)
  std::vector<std::pair<std::string, std::string>> query;
};

// False, with `out` unspecified, when `target` is no form that `method` may have: not origin-form ("/path?query"),
// absolute-form ("http://host/path") or, for OPTIONS, "*"; or its bytes are not visible ASCII; or the path holds a
// malformed escape or an escaped NUL. A fragment is cut off. In the query "+" is a blank, and a malformed escape stays
// as it is.
bool read_target(std::string_view method, std::string_view target, Target& out);

}  // namespace proffer::http
