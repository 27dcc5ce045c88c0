#include "bandit/loss_aversion.h"

#include <gtest/gtest.h>

#include "bandit/counted_slates.h"

namespace proffer::bandit {
namespace {

std::vector<double> loss_scores(const std::vector<TestArm>& arms, const decision::Campaign& campaign = {}) {
  const TestCandidates candidates(arms);
  std::vector<double> scores(arms.size());
  make_loss_aversion(campaign)->score(candidates.view(), 5, scores);
  return scores;
}

// By hand, of 20 contacts, ln 20 = 2.99573227:
// 3 of 10:  rate 0.3, adjusted 3 / (3 + 2 * 7) = 0.17647059, bound + sqrt(2 * 2.99573227 / 10) = 0.95051610,
//           learned 4.5 / 12.5 = 0.36, score (0.36 + 0.95051610) / 2 = 0.65525805
// 8 of 10:  rate 0.8, adjusted 0.8, bound 0.8 + 0.2 * 0.77404551 = 0.95480910, learned 9.5 / 12.5 = 0.76,
//           score 0.85740455; shares of 1.51266260
TEST(LossAversion, AgreesWithAnExampleWorkedByHand) {
  const auto scores = loss_scores({after(3, 10), after(8, 10)});
  EXPECT_NEAR(scores[0], 0.43318189, 1e-8);
  EXPECT_NEAR(scores[1], 0.56681811, 1e-8);
}

// Without bound and prior only the adjusted take-up is left: 0.3 falls to 0.17647, where the published formula would
// lift it to 0.6, above 0.5.
TEST(LossAversion, CountsRefusalsTwiceWhileTheyPrevail) {
  decision::Campaign campaign;
  campaign.settings.loss_aversion = {.factor = 2, .ucb_weight = 0, .exploration = 0};
  const auto scores = loss_scores({after(3, 10), after(5, 10), after(0, 10)}, campaign);
  EXPECT_NEAR(scores[0], 0.17647059 / 0.67647059, 1e-8);
  EXPECT_NEAR(scores[1], 0.5 / 0.67647059, 1e-8);
  EXPECT_EQ(scores[2], 0);
  campaign.settings.loss_aversion.factor = 1;
  EXPECT_NEAR(loss_scores({after(3, 10), after(5, 10)}, campaign)[0], 0.375, 1e-12);
}

// The sum over outcomes: each refusal enters as `factor` refusals would, which replicating contacts shows.
TEST(LossAversion, AFactorIsAsManyRefusals) {
  base::RandomStream random(11, 1);
  for (int i = 0; i < 200; ++i) {
    const auto accepted = static_cast<double>(random.below(5));
    const double refused = accepted + 1 + static_cast<double>(random.below(20));
    const auto factor = static_cast<double>(1 + random.below(4));
    decision::Campaign amplified, plain;
    amplified.settings.loss_aversion = {.factor = factor, .ucb_weight = 0, .exploration = 0};
    plain.settings.loss_aversion = {.factor = 1, .ucb_weight = 0, .exploration = 0};
    const auto scores = loss_scores({after(accepted, accepted + refused), after(1, 2)}, amplified);
    const auto replicated = loss_scores({after(accepted, accepted + factor * refused), after(1, 2)}, plain);
    EXPECT_NEAR(scores[0], replicated[0], 1e-14);
  }
}

// The bound narrows with the take-up, so this holds for what lies under it.
TEST(LossAversion, MoreTakeUpScoresMoreWithoutTheBound) {
  decision::Campaign campaign;
  campaign.settings.loss_aversion.exploration = 0;
  for (double accepted = 0; accepted < 20; ++accepted) {
    const auto scores = loss_scores({after(accepted, 20), after(accepted + 1, 20)}, campaign);
    EXPECT_LT(scores[0], scores[1]) << accepted;
  }
}

TEST(LossAversion, ASingleContactOfLittleWeightGivesAScore) {
  const auto scores = loss_scores({after(0, 0.001)});
  EXPECT_EQ(scores[0], 1);
}

TEST(LossAversion, PropensitiesAreThoseOfItsSlates) {
  const auto policy = make_loss_aversion({});
  expect_propensities_as_counted(*policy, TestCandidates(std::vector<TestArm>(4)), 2, "cold");
  expect_propensities_as_counted(
      *policy, TestCandidates(std::vector<TestArm>{after(1, 9), after(1, 9), {}, after(4, 5), {}}), 3, "partly, ties");
  expect_propensities_as_counted(
      *policy, TestCandidates(std::vector<std::vector<TestArm>>{{after(1, 9), {}}, {after(2, 3), after(1, 9)}, {{}}}),
      2, "mixtures");
}

}  // namespace
}  // namespace proffer::bandit
