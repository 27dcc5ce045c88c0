#include "bandit/beta_sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <vector>

namespace proffer::bandit {
namespace {

constexpr int draws = 200'000;  // of moments; a tenth of that where each needs an incomplete beta function

// Kolmogorov and Smirnov: sqrt(n) D exceeds 2.7 with a chance of 2 exp(-2 * 2.7^2) = 1e-6. About twenty such checks
// stand here, so a correct sampler fails them for one choice of seeds in 50,000.
constexpr double ks_limit = 2.7;

template <class Distribution>
double ks_statistic(std::vector<double> values, Distribution distribution) {
  std::ranges::sort(values);
  const auto n = static_cast<double>(values.size());
  double worst = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double p = distribution(values[i]);
    worst = std::max({worst, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
  }
  return worst * std::sqrt(n);
}

// P(t <= of these log-odds), also where t is next to 1.
double beta_distribution(double alpha, double beta, double log_odds) {
  const double t = from_log_odds(log_odds);
  return t < 0.5 ? boost::math::ibeta(alpha, beta, t) : boost::math::ibetac(beta, alpha, from_log_odds(-log_odds));
}

TEST(BetaSampler, NormalDrawsAreNormal) {
  base::RandomStream stream(1, 2);
  std::vector<double> values(2'000'000);
  for (double& value : values) value = draw_normal(stream);
  EXPECT_LT(ks_statistic(values, [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }), ks_limit);
}

// Beyond 3.654 the ziggurat's own tail takes over: 2.58e-4 of all draws, 5,160 of 20 million; five standard deviations
// are 359, a chance of 6e-7.
TEST(BetaSampler, NormalTailHasItsShare) {
  base::RandomStream stream(3, 4);
  int beyond = 0;
  for (int i = 0; i < 20'000'000; ++i) beyond += std::abs(draw_normal(stream)) > 3.6541528853610088;
  const double expected = 20'000'000 * std::erfc(3.6541528853610088 / std::sqrt(2.0));
  EXPECT_NEAR(beyond, expected, 5 * std::sqrt(expected));
}

TEST(BetaSampler, DrawsFollowTheIncompleteBetaFunction) {
  const std::pair<double, double> shapes[] = {{1, 1},     {2, 1},     {1, 50},    {0.5, 0.5},    {0.05, 2},
                                              {3, 0.1},   {20, 30},   {5, 1000},  {400, 50'000}, {1e6, 1e6},
                                              {0.3, 1e5}, {1.5, 1e9}, {1e9, 1e9}, {1e9, 0.7},    {0.02, 0.01}};
  for (const auto& [alpha, beta] : shapes) {
    base::RandomStream stream(5, static_cast<std::uint64_t>(alpha * 1000 + beta));
    std::vector<double> values(draws / 10);
    for (double& value : values) value = draw_beta_log_odds(alpha, beta, stream);
    const auto distribution = [a = alpha, b = beta](double x) { return beta_distribution(a, b, x); };
    EXPECT_LT(ks_statistic(values, distribution), ks_limit) << alpha << ", " << beta;
  }
}

// The mean of t is alpha / (alpha + beta); five standard errors.
TEST(BetaSampler, MomentsAreThoseOfBeta) {
  for (const auto& [alpha, beta] : {std::pair{1.0, 1.0}, {0.2, 0.7}, {4.0, 96.0}, {1e-3, 1e-3}}) {
    base::RandomStream stream(6, static_cast<std::uint64_t>(beta * 1000));
    double sum = 0;
    for (int i = 0; i < draws; ++i) sum += from_log_odds(draw_beta_log_odds(alpha, beta, stream));
    const double mean = alpha / (alpha + beta);
    const double variance = mean * (1 - mean) / (alpha + beta + 1);
    EXPECT_NEAR(sum / draws, mean, 5 * std::sqrt(variance / draws)) << alpha << ", " << beta;
  }
}

TEST(BetaSampler, TinyShapesGiveFiniteLogOddsInOrder) {
  base::RandomStream stream(7, 1);
  std::vector<double> values(10'000);
  for (double& value : values) value = draw_beta_log_odds(1e-3, 1e-3, stream);
  EXPECT_TRUE(std::ranges::all_of(values, [](double x) { return std::isfinite(x); }));
  std::ranges::sort(values);
  EXPECT_EQ(std::ranges::adjacent_find(values), values.end()) << "draws next to 0 and 1 stay apart";
}

TEST(BetaSampler, ShapesOutsideTheRangeAreTakenAsItsEnds) {
  base::RandomStream a(8, 1);
  base::RandomStream b(8, 1);
  EXPECT_EQ(draw_beta_log_odds(0, 1e300, a), draw_beta_log_odds(least_shape, greatest_shape, b));
}

}  // namespace
}  // namespace proffer::bandit
