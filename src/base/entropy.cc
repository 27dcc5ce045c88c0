#include "base/entropy.h"

#include <sys/random.h>

#include <cstdlib>

namespace proffer::base {

void fill_random(unsigned char* out, std::size_t bytes) {
  while (bytes > 0) {
    const auto got = ::getrandom(out, bytes, 0);
    if (got < 0) std::abort();  // the kernel has no entropy to give: nothing here is safe without it
    out += got;
    bytes -= static_cast<std::size_t>(got);
  }
}

namespace {
std::uint64_t random_word() {
  std::uint64_t word = 0;
  fill_random(reinterpret_cast<unsigned char*>(&word), sizeof word);
  return word;
}
}  // namespace

SystemEntropy::SystemEntropy() : key_(random_word()), counter_(random_word()) {}

std::uint64_t SystemEntropy::next() {
  return mix64(counter_.fetch_add(0x9e3779b97f4a7c15ULL, std::memory_order_relaxed) ^ key_);
}

}  // namespace proffer::base
