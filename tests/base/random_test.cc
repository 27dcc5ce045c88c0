#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "base/entropy.h"

namespace proffer::base {
namespace {

TEST(RandomStream, IsAPureFunctionOfSeedAndKey) {
  RandomStream a(1, 2);
  RandomStream b(1, 2);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(a.next(), b.next());
}

// Recorded decisions are replayed from their seeds: these values may never change.
TEST(RandomStream, GivesTheValuesThatReplaysDependOn) {
  RandomStream stream(42, 7);
  EXPECT_EQ(stream.next(), 0xc1aa9227bbdef407ULL);
  EXPECT_EQ(stream.next(), 0x8efc6c8986e879f8ULL);
  EXPECT_EQ(RandomStream(0, 0).next(), 0xa706dd2f4d197e6fULL);
}

TEST(RandomStream, StreamsOfNeighbouringSeedsAndKeysDiffer) {
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (std::uint64_t key = 0; key < 100; ++key) firsts.insert(RandomStream(seed, key).next());
  }
  EXPECT_EQ(firsts.size(), 10'000u);
}

// Two streams agree in a bit half of the time: within 6 sigma over 64,000 bits (false alarms: 2e-9).
TEST(RandomStream, StreamsOfNeighbouringKeysAreNotCorrelated) {
  RandomStream a(3, 10);
  RandomStream b(3, 11);
  int equal = 0;
  for (int i = 0; i < 1000; ++i) equal += __builtin_popcountll(~(a.next() ^ b.next()));
  EXPECT_NEAR(equal, 32'000, 6 * std::sqrt(64'000 * 0.25));
}

// Chi-square of 60,000 throws on 6, 10 and 1000 sides; the bound is mean + 6 sigma (false alarms below 1e-6 each).
TEST(RandomStream, BelowIsUniform) {
  for (const std::uint64_t sides : {6, 10, 1000}) {
    RandomStream random(4, sides);
    std::vector<double> seen(sides);
    for (int i = 0; i < 60'000; ++i) seen.at(random.below(sides)) += 1;
    const double expected = 60'000.0 / static_cast<double>(sides);
    double chi_square = 0;
    for (const double n : seen) chi_square += (n - expected) * (n - expected) / expected;
    const double freedom = static_cast<double>(sides) - 1;
    EXPECT_LT(chi_square, freedom + 6 * std::sqrt(2 * freedom) + 12) << sides;
  }
}

TEST(RandomStream, BelowStaysBelowTheLargestBounds) {
  RandomStream random(5, 0);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_LT(random.below(~0ULL), ~0ULL);
    ASSERT_EQ(random.below(1), 0u);
  }
}

// Mean and variance of 100,000 draws within 6 standard errors (false alarms: 2e-9 each).
TEST(RandomStream, UniformLiesInsideTheUnitIntervalWithItsMeanAndVariance) {
  RandomStream random(6, 0);
  constexpr int n = 100'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < n; ++i) {
    const double u = random.uniform();
    ASSERT_GT(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    squares += (u - 0.5) * (u - 0.5);
  }
  EXPECT_NEAR(sum / n, 0.5, 6 * std::sqrt(1.0 / 12 / n));
  EXPECT_NEAR(squares / n, 1.0 / 12, 6 * std::sqrt(1.0 / 180 / n));
}

TEST(Entropy, TheSystemsDoesNotRepeatAndAFixedOneDoes) {
  SystemEntropy one;
  SystemEntropy other;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    seen.insert(one.next());
    seen.insert(other.next());
  }
  EXPECT_EQ(seen.size(), 2000u);
  EXPECT_EQ(FixedEntropy(9).next(), FixedEntropy(9).next());
  EXPECT_NE(FixedEntropy(9).next(), FixedEntropy(10).next());
}

}  // namespace
}  // namespace proffer::base
