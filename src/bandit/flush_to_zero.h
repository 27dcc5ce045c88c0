// While one lives, this thread's arithmetic takes numbers below 2^-1022 as 0. Products of a hundred probabilities reach
// that range at many nodes, where they matter to nothing and cost a hundred times as much.
#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace proffer::bandit {

class FlushToZero {
 public:
#if defined(__SSE2__)
  FlushToZero() : before_(_mm_getcsr()) { _mm_setcsr(before_ | flush_results | flush_operands); }
  ~FlushToZero() { _mm_setcsr(before_); }
#else
  FlushToZero() = default;
#endif
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;

#if defined(__SSE2__)
 private:
  static constexpr unsigned flush_results = 0x8000;
  static constexpr unsigned flush_operands = 0x0040;
  unsigned before_;
#endif
};

}  // namespace proffer::bandit
