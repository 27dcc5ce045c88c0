#include "bandit/coverage_aware_thompson.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "bandit/beta_sampler.h"
#include "bandit/counted_slates.h"

namespace proffer::bandit {
namespace {

std::unique_ptr<Policy> policy_with(double gamma) {
  decision::Campaign campaign;
  campaign.settings.coverage.gamma = gamma;
  return (*find_algorithm("behaviorAlgos", "coverageAwareThompson"))->make(campaign);
}

Propensities propensities(const Policy& policy, const Candidates& candidates, const std::vector<std::uint32_t>& shown) {
  PropensityTables tables;
  return policy.propensities(candidates, shown, 1, tables);
}

// Three contacts, one accepted, gamma 1: Beta(2, 3 + 3) from alpha 2 and beta 3, times 1/4. Without contacts: Beta(1,
// 1) itself.
TEST(CoverageAwareThompson, ScoresADrawOfTheCrowdedLawDampedByItsContacts) {
  const TestCandidates candidates(std::vector<TestArm>{{2, 3, 3, 1}, {1, 1, 0, 0}});
  std::array<double, 2> scores{};
  policy_with(1)->score(candidates.view(), 7, scores);
  const auto draw = [&](std::size_t i, double alpha, double beta) {
    base::RandomStream stream(7, candidates.view().stream[i]);
    return from_log_odds(draw_beta_log_odds(alpha, beta, stream));
  };
  EXPECT_NEAR(scores[0], draw(0, 2, 6) / 4, 1e-14);
  EXPECT_NEAR(scores[1], draw(1, 1, 1), 1e-14);
}

// With gamma 1 one contact gives X / 2, X ~ Beta(1, 3) of alpha 1 and beta 2, against a new U: P(U > X / 2) =
// 1 - E[X] / 2 = 1 - 1/8.
TEST(CoverageAwareThompson, PrefersWhatWasNotShownByHand) {
  const TestCandidates candidates(std::vector<TestArm>{{1, 2, 1, 0}, {1, 1, 0, 0}});
  const auto policy = policy_with(1);
  EXPECT_NEAR(propensities(*policy, candidates.view(), {1}).slot[0], 7.0 / 8, 1e-8);
  EXPECT_NEAR(propensities(*policy, candidates.view(), {0}).slot[0], 1.0 / 8, 1e-8);
}

// Gamma 0: no damping, and a beta of one more for what was shown at all. P(Beta(1, 3) > U) = 1/4.
TEST(CoverageAwareThompson, WithoutGammaCrowdsByOne) {
  const TestCandidates candidates(std::vector<TestArm>{{1, 2, 1, 0}, {1, 1, 0, 0}});
  EXPECT_NEAR(propensities(*policy_with(0), candidates.view(), {0}).slot[0], 1.0 / 4, 1e-8);
}

TEST(CoverageAwareThompson, PropensitiesAreTheSharesOfManySlates) {
  const TestCandidates candidates(std::vector<std::vector<TestArm>>{
      {{2, 12, 12, 1}}, {{4, 30, 33, 3}}, {{1, 1, 0, 0}}, {{1, 1.4, 4, 0}, {3, 2, 3, 2}}, {{9, 4, 11, 8}}});
  for (const double gamma : {0.4, 1.0}) {
    expect_propensities_as_counted(*policy_with(gamma), candidates, 2, "gamma " + std::to_string(gamma));
  }
}

TEST(CoverageAwareThompson, MultipliesWithTheWeightingOfTheOption) {
  const TestCandidates candidates(std::vector<TestArm>{{1, 2, 1, 0}, {1, 1, 0, 0}});
  decision::Campaign campaign;
  campaign.options.resize(2);
  for (std::size_t i = 0; i < 2; ++i) campaign.options[i].stream = candidates.view().stream[i];
  campaign.options[0].weighting = 2;
  const auto weighted = make_coverage_aware_thompson(campaign);
  std::array<double, 2> plain_scores{};
  std::array<double, 2> scores{};
  policy_with(1)->score(candidates.view(), 3, plain_scores);
  weighted->score(candidates.view(), 3, scores);
  EXPECT_DOUBLE_EQ(scores[0], 2 * plain_scores[0]);
  EXPECT_EQ(scores[1], plain_scores[1]);
  EXPECT_NEAR(propensities(*weighted, candidates.view(), {0}).slot[0], 1.0 / 4, 1e-8);
}

// P(2 X / 2 > U) of X ~ Beta(1, 3) is 1/4.
TEST(CoverageAwareThompson, PropensitiesFollowTheScale) {
  const TestCandidates candidates(std::vector<TestArm>{{1, 2, 1, 0, 2}, {1, 1, 0, 0, 1}});
  EXPECT_NEAR(propensities(*policy_with(1), candidates.scaled_view(), {0}).slot[0], 1.0 / 4, 1e-8);
}

}  // namespace
}  // namespace proffer::bandit
