#include "bandit/prospect_theory.h"

#include <gtest/gtest.h>

#include "bandit/counted_slates.h"

namespace proffer::bandit {
namespace {

std::vector<double> prospect_scores(const std::vector<TestArm>& arms, const decision::Campaign& campaign = {}) {
  const TestCandidates candidates(arms);
  std::vector<double> scores(arms.size());
  make_prospect_theory(campaign)->score(candidates.view(), 5, scores);
  return scores;
}

// By hand, 5 of 10 and 1 of 10: usually 6 of 20, 0.3.
//   gain of 0.2:  0.2^0.88 = 0.24260871,  w(0.5; 0.61) = exp(-0.69314718^0.61) = 0.44948329,  PT = 0.10904856
//   loss of 0.2: -2.25 * 0.24260871 * w(0.9; 0.69), w = exp(-0.10536052^0.69) = 0.80923626,   PT = -0.44173748
// The loss is the smallest, so shares are 1 and 0.
TEST(ProspectTheory, AgreesWithAnExampleWorkedByHand) {
  const decision::AlgorithmSettings::ProspectTheory settings;
  EXPECT_NEAR(prospect_value(settings, 0.5, 0.3), 0.10904856, 1e-8);
  EXPECT_NEAR(prospect_value(settings, 0.1, 0.3), -0.44173748, 1e-8);
  decision::Campaign campaign;
  campaign.settings.prospect_theory.adaptive_drift = false;
  const auto scores = prospect_scores({after(5, 10), after(1, 10)}, campaign);
  EXPECT_NEAR(scores[0], 0.95 + 0.025, 1e-15);
  EXPECT_NEAR(scores[1], 0.025, 1e-15);
}

// 5 of 10, 1 of 10, 30 of 100: usually 0.3, at which the third stands, so its PT is 0; shares of
// 0.55078604 + 0.44173748: 0.55493500, 0, 0.44506500. Drift 0.05 + 0.95 / 11 = 0.13636364 and 0.05 + 0.95 / 101 =
// 0.05940594.
TEST(ProspectTheory, DriftAdaptsToTheContacts) {
  const auto scores = prospect_scores({after(5, 10), after(1, 10), after(30, 100)});
  EXPECT_NEAR(scores[0], 0.86363636 * 0.55493500 + 0.13636364 / 3, 1e-7);
  EXPECT_NEAR(scores[1], 0.13636364 / 3, 1e-7);
  EXPECT_NEAR(scores[2], 0.94059406 * 0.44506500 + 0.05940594 / 3, 1e-7);
}

// The weights of Prelec's paper cross the diagonal at 1/e whatever gamma; nothing and everything weigh 0 and 1.
TEST(ProspectTheory, WeightsFixNothingEverythingAndOneOverE) {
  decision::AlgorithmSettings::ProspectTheory settings{.alpha = 1, .beta = 1, .lambda = 1};
  for (const double gamma : {0.3, 0.61, 1.0}) {
    settings.gamma_gain = settings.gamma_loss = gamma;
    const double p = std::exp(-1.0);
    EXPECT_NEAR(prospect_value(settings, p, 0), p * p, 1e-15);       // x = p, w = p
    EXPECT_NEAR(prospect_value(settings, 1 - p, 1), -p * p, 1e-15);  // x = -p, w = p
    EXPECT_EQ(prospect_value(settings, 1, 0), 1);
    EXPECT_EQ(prospect_value(settings, 0, 1), -1);
    EXPECT_EQ(prospect_value(settings, 0, 0), 0);
  }
  settings.gamma_gain = 1;  // w(p) = p
  EXPECT_NEAR(prospect_value(settings, 0.75, 0.25), 0.5 * 0.75, 1e-15);
}

TEST(ProspectTheory, MoreTakeUpNeverFeelsWorse) {
  const decision::AlgorithmSettings::ProspectTheory settings;
  for (const double usual : {0.0, 0.02, 0.5, 1.0}) {
    for (double p = 0; p < 1; p += 0.01) {
      EXPECT_LT(prospect_value(settings, p, usual), prospect_value(settings, p + 0.01, usual)) << usual << " " << p;
    }
  }
}

TEST(ProspectTheory, EqualTakeUpsScoreEqually) {
  const auto scores = prospect_scores({after(1, 9), after(1, 9), after(1, 9)});
  EXPECT_EQ(scores[0], scores[1]);
  EXPECT_NEAR(scores[2], 1.0 / 3, 1e-15);
}

TEST(ProspectTheory, PropensitiesAreThoseOfItsSlates) {
  const auto policy = make_prospect_theory({});
  expect_propensities_as_counted(*policy, TestCandidates(std::vector<TestArm>(4)), 2, "cold");
  expect_propensities_as_counted(
      *policy, TestCandidates(std::vector<TestArm>{after(1, 9), after(1, 9), {}, after(4, 5), {}}), 3, "partly, ties");
  expect_propensities_as_counted(
      *policy, TestCandidates(std::vector<std::vector<TestArm>>{{after(1, 9), {}}, {after(2, 3), after(1, 9)}, {{}}}),
      2, "mixtures");
}

}  // namespace
}  // namespace proffer::bandit
