// Tokens that carry who sends them: JSON Web Tokens (RFC 7519), signed with HMAC-SHA-256 alone ("HS256", RFC 7518).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace proffer::service {

struct Claims {
  std::string sub;
  std::string type;
  std::string server_id;  // "serverId"
  std::string iss;
  std::int64_t iat = 0;  // seconds since 1970, as exp
  std::int64_t exp = 0;
  std::string jti;
};

std::string sign_token(const Claims& claims, std::string_view secret);

// The claims of a token that was signed with this secret. `unauthenticated` for everything else: another algorithm
// ("none" too), another signature, a text that is no token. Expiry is left to the caller, who has the clock.
base::Result<Claims> verify_token(std::string_view token, std::string_view secret);

// Whether a text has the form of a token: three parts between dots. Keys have not.
bool looks_like_token(std::string_view text);

}  // namespace proffer::service
