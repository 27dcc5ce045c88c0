// Chance as an argument.
//
// RandomStream is a counter-based generator: stream (seed, key) is a pure function of its two numbers, so what one
// option draws never depends on which other options take part, or in which order. Steele, Lea and Flood, "Fast
// splittable pseudorandom number generators", OOPSLA 2014 (SplitMix64): output n is mix(start + n * golden).
#pragma once

#include <cstdint>

#include "base/int128.h"

namespace proffer::base {

// The finalizer of SplitMix64 (variant 13 of Stafford's mixers): a bijection of 64 bits with full avalanche.
constexpr std::uint64_t mix64(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

class RandomStream {
 public:
  constexpr RandomStream(std::uint64_t seed, std::uint64_t key) : state_(mix64(seed) ^ mix64(key + golden)) {}

  constexpr std::uint64_t next() { return mix64(state_ += golden); }

  // Uniform in the open interval (0, 1), a multiple of 2^-53 plus half of that.
  constexpr double uniform() { return (static_cast<double>(next() >> 11) + 0.5) * 0x1p-53; }

  // Uniform in [0, bound), bound > 0. Bias below bound / 2^64 (Lemire, "Fast random integer generation", 2019).
  constexpr std::uint64_t below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<Uint128>(next()) * bound) >> 64);
  }

  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  constexpr result_type operator()() { return next(); }

 private:
  static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15ULL;
  std::uint64_t state_;
};

// Where new seeds come from: the machine's entropy in app/, a fixed stream in tests.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual std::uint64_t next() = 0;  // safe to call concurrently
};

}  // namespace proffer::base
