// Vectors of eight doubles, for loops that are compiled once for each instruction set. For .cc files of this folder:
// the vectors live only inside functions that are inlined into each instruction set's own copy, so no call passes one
// and the difference in how it would be passed does not matter.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#pragma GCC diagnostic ignored "-Wpsabi"

#define PROFFER_INLINE inline __attribute__((always_inline))
#if defined(__x86_64__)
#define PROFFER_AVX2 __attribute__((target("avx2,fma")))
#define PROFFER_AVX512 __attribute__((target("avx512f,avx512dq,avx512vl,fma,prefer-vector-width=512")))
#else
#define PROFFER_AVX2
#define PROFFER_AVX512
#endif

namespace proffer::bandit {

// The copy that this machine runs fastest.
template <class T>
const T& best_of([[maybe_unused]] const T& plain, [[maybe_unused]] const T& avx2, [[maybe_unused]] const T& avx512) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2;
#endif
  return plain;
}

using Vec = double __attribute__((vector_size(64)));
using Bits = std::int64_t __attribute__((vector_size(64)));
using Words = std::uint64_t __attribute__((vector_size(64)));
constexpr std::size_t lanes = 8;

PROFFER_INLINE Vec load(const double* from) {
  Vec v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

PROFFER_INLINE Words load(const std::uint64_t* from) {
  Words v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

PROFFER_INLINE void store(double* to, const Vec& v) { std::memcpy(to, &v, sizeof v); }

PROFFER_INLINE Vec fill(double x) { return x - Vec{}; }

PROFFER_INLINE double sum_of(const Vec& v) {
  const Vec four = v + __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3);
  const Vec two = four + __builtin_shufflevector(four, four, 2, 3, 0, 1, 6, 7, 4, 5);
  return two[0] + two[1];
}

// exp(y) = 2^n exp(r), |r| <= log(2) / 2, exp(r) by its Taylor polynomial of degree 13: relative error about 2^-52.
// Below -700 the result is exp(-700), which no sum here can tell from 0.
PROFFER_INLINE Vec exponential(const Vec& unbounded) {
  constexpr double shift = 0x1.8p52;  // adding it rounds to an integer, which then stands in the low bits
  constexpr double log2_e = 0x1.71547652b82fep0;
  constexpr double ln2_high = 0x1.62e42fefa3800p-1;
  constexpr double ln2_low = 0x1.ef35793c76730p-45;
  constexpr double inverse_factorial[] = {
      1.0,        1.0,         1.0 / 2,      1.0 / 6,       1.0 / 24,       1.0 / 120,       1.0 / 720,
      1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
  Vec y = unbounded < -700.0 ? fill(-700.0) : unbounded;
  y = y > 700.0 ? fill(700.0) : y;
  const Vec shifted = y * log2_e + shift;
  const Vec n = shifted - shift;
  const Vec r = (y - n * ln2_high) - n * ln2_low;
  Vec sum = fill(inverse_factorial[13]);
#pragma GCC unroll 16
  for (int i = 12; i >= 0; --i) sum = sum * r + inverse_factorial[i];
  return std::bit_cast<Vec>(std::bit_cast<Bits>(sum) + (std::bit_cast<Bits>(shifted) << 52));
}

// log(x) for finite x >= 2^-1022: with x = 2^n m, m in about [sqrt(1/2), sqrt(2)), and s = (m - 1) / (m + 1), it is
// n log(2) + 2 artanh(s), by the series of artanh to s^21. Error about 2 ulp, or 2^-53 absolute near 1.
PROFFER_INLINE Vec logarithm(const Vec& x) {
  constexpr std::int64_t root_half = 0x3fe6a09e667f3bcd;
  constexpr double ln2_high = 0x1.62e42fefa3800p-1;
  constexpr double ln2_low = 0x1.ef35793c76730p-45;
  const Bits bits = std::bit_cast<Bits>(x);
  const Bits exponent = (bits - root_half) >> 52;
  const Vec m = std::bit_cast<Vec>(bits - (exponent << 52));
  const Vec n = __builtin_convertvector(exponent, Vec);
  const Vec s = (m - 1) / (m + 1);
  const Vec z = s * s;
  constexpr double inverse_odd[] = {1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,  1.0 / 11,
                                    1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21};
  Vec series = fill(inverse_odd[9]);
#pragma GCC unroll 16
  for (int i = 8; i >= 0; --i) series = series * z + inverse_odd[i];
  return n * ln2_high + (2 * s + (2 * s * z * series + n * ln2_low));
}

// 1 / sqrt(x) for normal x > 0: Newton's iteration from a guess that halves the exponent.
PROFFER_INLINE Vec inverse_root(const Vec& x) {
  Vec y = std::bit_cast<Vec>(0x5fe6eb50c7b537a9 - (std::bit_cast<Bits>(x) >> 1));
  const Vec half = 0.5 * x;
#pragma GCC unroll 4
  for (int step = 0; step < 4; ++step) y = y * (1.5 - half * y * y);
  return y;
}

}  // namespace proffer::bandit
