#include "bandit/sentimental_equilibrium.h"

#include <gtest/gtest.h>

#include "bandit/counted_slates.h"

namespace proffer::bandit {
namespace {

using decision::Disutility;
using decision::Utility;
using Settings = decision::AlgorithmSettings::Sentiment;

Settings with(Utility utility, Disutility disutility) {
  Settings settings;
  settings.utility = utility;
  settings.disutility = disutility;
  return settings;
}

void expect_at(const Settings& settings, double effort, double engagement) {
  const auto found = sentimental_equilibrium(settings);
  EXPECT_TRUE(found.viable);
  EXPECT_NEAR(found.effort, effort, 1e-9 * engagement);
  EXPECT_NEAR(found.engagement, engagement, 1e-9 * engagement);
}

// Solved by hand. With the defaults x = 10 c; for sqrt and quadratic 1 / (2 sqrt(10 c)) = 0.15 c, so
// c^3 = 1 / 0.9; for log and quadratic 1 / (1 + 10 c) = 0.15 c; and so on.
TEST(SentimentalEquilibrium, IsWhereItsEquationSaysForAllShapes) {
  expect_at(with(Utility::square_root, Disutility::quadratic), 1.0357441687, 10.3574416865);
  expect_at(with(Utility::logarithm, Disutility::quadratic), 0.7680260795, 7.6802607945);
  expect_at(with(Utility::linear, Disutility::quadratic), 6.6666666667, 66.6666666667);
  expect_at(with(Utility::square_root, Disutility::linear), 1.1111111111, 11.1111111111);
  expect_at(with(Utility::logarithm, Disutility::linear), 0.5666666667, 5.6666666667);
}

TEST(SentimentalEquilibrium, HasNoInteriorPointWhereBothAreLinear) {
  const auto found = sentimental_equilibrium(with(Utility::linear, Disutility::linear));
  EXPECT_FALSE(found.viable);
  EXPECT_EQ(found.effort, 0);
  EXPECT_EQ(found.engagement, 0);
}

// U'(0) = 1 for the logarithm: where a unit of effort costs more than that at once, none is best.
TEST(SentimentalEquilibrium, HasNoInteriorPointWhereTheFirstEffortDoesNotPay) {
  Settings settings = with(Utility::logarithm, Disutility::linear);
  settings.effort_efficiency = 0.15;
  settings.decay_rate = 0.1;
  settings.discount_rate = 0.05;
  EXPECT_FALSE(sentimental_equilibrium(settings).viable);
  settings.effort_efficiency = 0.1501;
  EXPECT_TRUE(sentimental_equilibrium(settings).viable);
}

// By bisection, on random parameters of all magnitudes that a campaign may have.
TEST(SentimentalEquilibrium, AgreesWithBisection) {
  const auto excess = [](const Settings& s, double c) {
    const double x = s.effort_efficiency / s.decay_rate * c;
    const double marginal = s.utility == Utility::square_root ? 0.5 / std::sqrt(x)
                            : s.utility == Utility::linear    ? 1
                                                              : 1 / (1 + x);
    return s.effort_efficiency * marginal -
           (s.decay_rate + s.discount_rate) * (s.disutility == Disutility::quadratic ? c : 1);
  };
  base::RandomStream random(3, 1);
  int viable = 0;
  for (int i = 0; i < 3'000; ++i) {
    Settings s = with(static_cast<Utility>(random.below(3)), static_cast<Disutility>(random.below(2)));
    s.decay_rate = std::pow(10, 9 * random.uniform() - 6);
    s.effort_efficiency = std::pow(10, 9 * random.uniform() - 6);
    s.discount_rate = random.below(4) == 0 ? 0 : std::pow(10, 9 * random.uniform() - 6);
    const auto found = sentimental_equilibrium(s);
    double low = -200, high = 200;
    if (excess(s, std::exp(low)) <= 0 || excess(s, std::exp(high)) >= 0) {
      EXPECT_FALSE(found.viable) << i;
      continue;
    }
    ++viable;
    for (int step = 0; step < 200; ++step) {
      const double middle = (low + high) / 2;
      (excess(s, std::exp(middle)) > 0 ? low : high) = middle;
    }
    EXPECT_TRUE(found.viable);
    EXPECT_NEAR(found.effort / std::exp(low), 1, 1e-6) << i;
    EXPECT_NEAR(found.engagement / (s.effort_efficiency / s.decay_rate * found.effort), 1, 1e-9) << i;
  }
  EXPECT_GT(viable, 1'500);
}

TEST(SentimentalEquilibrium, OrdersOffersAtRandomWhateverTheyWereTaken) {
  const auto policy = make_sentimental_equilibrium({});
  expect_propensities_as_counted(*policy, TestCandidates(std::vector<TestArm>{{1, 1, 90, 80}, {}, {1, 1, 9, 0}}), 2,
                                 "any history");
  PropensityTables tables;
  const TestCandidates two(std::vector<TestArm>{{1, 1, 90, 80}, {}});
  EXPECT_EQ(policy->propensities(two.view(), std::vector<std::uint32_t>{1}, 1, tables).slot[0], 0.5);
}

}  // namespace
}  // namespace proffer::bandit
