#include "bandit/risk_aversion.h"

#include <gtest/gtest.h>

#include "bandit/counted_slates.h"

namespace proffer::bandit {
namespace {

std::vector<double> risk_scores(const std::vector<TestArm>& arms, double coefficient = 1) {
  decision::Campaign campaign;
  campaign.settings.risk_aversion.coefficient = coefficient;
  const TestCandidates candidates(arms);
  std::vector<double> scores(arms.size());
  make_risk_aversion(campaign)->score(candidates.view(), 5, scores);
  return scores;
}

// By hand: 0.5 - 0.5 * 0.25 = 0.375 and 0.2 - 0.5 * 0.16 = 0.12, as shares of 0.495.
TEST(RiskAversion, AgreesWithAnExampleWorkedByHand) {
  const auto scores = risk_scores({after(5, 10), after(2, 10)});
  EXPECT_NEAR(scores[0], 0.375 / 0.495, 1e-15);
  EXPECT_NEAR(scores[1], 0.12 / 0.495, 1e-15);
}

// The variance of the outcomes themselves, contact by contact.
TEST(RiskAversion, TheVarianceIsThatOfTheOutcomes) {
  const auto utility = [](int accepted, int contacts, double coefficient) {
    const double mean = static_cast<double>(accepted) / contacts;
    double squares = 0;
    for (int i = 0; i < contacts; ++i) squares += std::pow((i < accepted ? 1 : 0) - mean, 2);
    return mean - coefficient / 2 * squares / contacts;
  };
  base::RandomStream random(7, 1);
  for (int i = 0; i < 200; ++i) {
    const int contacts = 1 + static_cast<int>(random.below(20));
    const int accepted = static_cast<int>(random.below(static_cast<std::uint64_t>(contacts) + 1));
    const double coefficient = 2 * random.uniform();
    const auto scores = risk_scores({after(accepted, contacts), after(1, 2)}, coefficient);
    const double own = utility(accepted, contacts, coefficient);
    EXPECT_NEAR(scores[0], own / (own + utility(1, 2, coefficient)), 1e-14);
  }
}

TEST(RiskAversion, NeverTurnsTheOrderOfTakeUpsAround) {
  for (const double coefficient : {0.0, 1.0, 2.0}) {
    for (double accepted = 0; accepted < 10; ++accepted) {
      const auto scores = risk_scores({after(accepted, 10), after(accepted + 1, 10)}, coefficient);
      EXPECT_LT(scores[0], scores[1]) << coefficient << " " << accepted;
    }
  }
}

TEST(RiskAversion, PropensitiesAreThoseOfItsSlates) {
  const auto policy = make_risk_aversion({});
  expect_propensities_as_counted(*policy, TestCandidates(std::vector<TestArm>(4)), 2, "cold");
  expect_propensities_as_counted(
      *policy, TestCandidates(std::vector<TestArm>{after(1, 9), after(2, 18), {}, after(4, 5), {}}), 3, "partly, ties");
}

}  // namespace
}  // namespace proffer::bandit
