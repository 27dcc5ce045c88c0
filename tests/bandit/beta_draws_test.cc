#include "bandit/beta_draws.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "bandit/beta_sampler.h"

namespace proffer::bandit {
namespace {

struct Arms {
  explicit Arms(std::size_t count) {
    base::RandomStream random(41, count);
    for (std::size_t i = 0; i < count; ++i) {
      const double span = i % 3 == 0 ? 1e9 : 100;  // some shapes below 1, some beyond the greatest
      alpha.push_back(0.5 * std::pow(span, random.uniform()));
      beta.push_back(0.5 * std::pow(10 * span, random.uniform()));
      streams.push_back(random.next());
    }
  }
  std::vector<double> alpha, beta;
  std::vector<std::uint64_t> streams;
};

class BetaDrawsTest : public testing::TestWithParam<decltype(&draw_betas)> {};

INSTANTIATE_TEST_SUITE_P(Sets, BetaDrawsTest, testing::Values(&draw_betas, &draw_betas_portably));

// The error of log v is magnified where shapes are large, as it is in the scalar code; nothing is left out.
TEST_P(BetaDrawsTest, AreThoseOfTheScalarSampler) {
  for (const std::size_t count : {0, 1, 7, 8, 9, 5'003}) {
    const Arms arms(count);
    std::vector<double> drawn(count);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      GetParam()(arms.alpha, arms.beta, arms.streams, seed, drawn);
      for (std::size_t i = 0; i < count; ++i) {
        base::RandomStream stream(seed, arms.streams[i]);
        const double expected = draw_beta_log_odds(arms.alpha[i], arms.beta[i], stream);
        ASSERT_NEAR(drawn[i], expected, 1e-14 + 2e-15 * std::abs(expected))
            << seed << ": " << arms.alpha[i] << ", " << arms.beta[i];
      }
    }
  }
}

TEST_P(BetaDrawsTest, DoNotDependOnTheirPlace) {
  const Arms arms(64);
  std::vector<double> all(64);
  GetParam()(arms.alpha, arms.beta, arms.streams, 9, all);
  for (std::size_t i = 0; i < 64; ++i) {
    double alone = 0;
    GetParam()({&arms.alpha[i], 1}, {&arms.beta[i], 1}, {&arms.streams[i], 1}, 9, {&alone, 1});
    EXPECT_EQ(alone, all[i]);
  }
}

}  // namespace
}  // namespace proffer::bandit
