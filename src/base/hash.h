// Hashes that are stored or seed a random stream: the same on every machine, forever. Not for tables an attacker fills.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/random.h"

namespace proffer::base {

// FNV-1a (Fowler, Noll, Vo), 64 bits, with the finalizer of SplitMix64 behind it.
constexpr std::uint64_t hash_text(std::string_view text, std::uint64_t start = 0xcbf29ce484222325ULL) {
  std::uint64_t hash = start;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return mix64(hash);
}

}  // namespace proffer::base
