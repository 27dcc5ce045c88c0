// Base64 with the URL's alphabet and without padding (RFC 4648, section 5; RFC 7515, section 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace proffer::base {

std::string to_base64url(std::string_view bytes);

// Nothing for other characters, an impossible length, or bits beyond the last byte that are not 0: every text that is
// read has exactly one spelling.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace proffer::base
