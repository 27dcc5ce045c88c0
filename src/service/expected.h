// Conditional changes: which version the caller believes to change (RFC 9110, section 13.1).
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace proffer::service {

struct Expected {
  std::optional<std::string> if_match;  // ETags parted by commas, or "*" for any version
  bool if_none_match_any = false;       // only when it does not exist yet
};

// `precondition` where the current version (its ETag; null: there is none) is not what was expected. `what` begins the
// message: "the campaign".
base::Status check_expected(const Expected& expected, const std::string* etag, const std::string& what);

}  // namespace proffer::service
