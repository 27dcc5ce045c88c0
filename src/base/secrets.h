// What secrets are proved and kept with: HMAC, scrypt, comparison in constant time. All of it OpenSSL's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace proffer::base {

// The 32 bytes of HMAC-SHA-256 (RFC 2104).
std::string hmac_sha256(std::string_view key, std::string_view data);

// Whether two texts are equal, in a time that depends on their lengths alone.
bool same_secret(std::string_view a, std::string_view b);

// What one hash costs: memory is 128 n r bytes.
struct ScryptCost {
  std::uint64_t n = 1 << 15;  // a power of two
  std::uint64_t r = 8;
  std::uint64_t p = 1;

  bool operator==(const ScryptCost&) const = default;
};

// The 32 bytes of scrypt (RFC 7914): slow and large on purpose, about 0.1 s and 32 MiB with the cost above.
// `internal` for a cost that OpenSSL refuses or without memory.
Result<std::string> scrypt(std::string_view password, std::string_view salt, const ScryptCost& cost = {});

}  // namespace proffer::base
