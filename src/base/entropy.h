// The two sources of seeds.
#pragma once

#include <atomic>
#include <memory>

#include "base/random.h"

namespace proffer::base {

// Seeded once from the operating system, then a SplitMix64 sequence shared by all threads without a lock.
class SystemEntropy final : public Entropy {
 public:
  SystemEntropy();
  std::uint64_t next() override;

 private:
  std::uint64_t key_;
  std::atomic<std::uint64_t> counter_;
};

// The same numbers for the same seed. For tests.
class FixedEntropy final : public Entropy {
 public:
  explicit FixedEntropy(std::uint64_t seed) : seed_(seed) {}
  std::uint64_t next() override { return mix64(seed_ + 0x9e3779b97f4a7c15ULL * ++counter_); }

 private:
  std::uint64_t seed_;
  std::atomic<std::uint64_t> counter_{0};
};

// `bytes` random bytes fit for keys and tokens, straight from the operating system.
void fill_random(unsigned char* out, std::size_t bytes);

}  // namespace proffer::base
