// SHA-256, for what is stored instead of a secret.
#pragma once

#include <string>
#include <string_view>

namespace proffer::base {

// 64 lower-case hex digits.
std::string sha256_hex(std::string_view data);

}  // namespace proffer::base
