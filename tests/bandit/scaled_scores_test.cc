#include "bandit/scaled_scores.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

#include "bandit/arms.h"
#include "bandit/propensity_tables.h"

namespace proffer::bandit {
namespace {

std::unique_ptr<Policy> policy_of(std::string_view approach) { return (*find_algorithm(approach, ""))->make({}); }

TEST(ScaledScores, AreTheReportedScoreTimesTheSpeakersScale) {
  const auto policy = policy_of("epsilonGreedy");
  const TestCandidates candidates(
      std::vector<std::vector<TestArm>>{{{1, 1, 8, 2, 3}, {1, 1, 4, 4, 9}}, {{1, 1, 4, 2, -2}}, {{1, 1, 4, 4, 0}}});
  std::array<double, 3> scores{};
  std::array<double, 3> scaled{};
  policy->score(candidates.view(), 5, scores);
  scale_scores(*policy, candidates.scaled_view(), scores, scaled);
  EXPECT_EQ(scaled[0], 0.75);
  EXPECT_EQ(scaled[1], -1);
  EXPECT_EQ(scaled[2], 0);
}

TEST(ScaledScores, OfLogOddsAreMultiplesOfProbabilities) {
  const auto policy = policy_of("binaryThompson");
  const TestCandidates candidates(std::vector<TestArm>{{1, 1, 0, 0, 10}, {1, 1, 0, 0, -10}});
  const std::array<double, 2> scores{0, std::log(3)};
  std::array<double, 2> scaled{};
  scale_scores(*policy, candidates.scaled_view(), scores, scaled);
  EXPECT_DOUBLE_EQ(scaled[0], 5);
  EXPECT_DOUBLE_EQ(scaled[1], -7.5);
}

// Log-odds of -800 and -900 are 0 as doubles, 40 and 50 are 1.
TEST(ScaledScores, OfThompsonKeepTheirOrderWhereDoublesDoNot) {
  const auto policy = policy_of("binaryThompson");
  EXPECT_GT(policy->finer(-800, 2), policy->finer(-900, 2));
  EXPECT_GT(policy->finer(-900, 2), 0);
  EXPECT_EQ(policy->finer(-900, 0), 0);
  EXPECT_LT(policy->finer(-800, -2), policy->finer(-900, -2));
  EXPECT_LT(policy->finer(-900, -2), 0);
  EXPECT_GT(policy->finer(-800, 2), policy->finer(-800, 1));
  EXPECT_GT(policy->finer(50, 2), policy->finer(40, 2));
  EXPECT_LT(policy->finer(50, -2), policy->finer(40, -2));
  EXPECT_EQ(policy_of("epsilonGreedy")->finer(0.5, 2), policy_of("epsilonGreedy")->finer(1, 1));
}

TEST(ScaledScores, OnlyEqualPositiveScalesKeepTheOrder) {
  EXPECT_TRUE(keeps_order({}));
  EXPECT_TRUE(keeps_order(std::vector<double>{2, 2}));
  EXPECT_FALSE(keeps_order(std::vector<double>{2, 3}));
  EXPECT_FALSE(keeps_order(std::vector<double>{0, 0}));
  EXPECT_FALSE(keeps_order(std::vector<double>{-1, -1}));
}

// The share of decisions in which each candidate comes first, against what the policy says of it.
TEST(ScaledScores, PropensitiesAreTheSharesOfManyDecisions) {
  for (const std::string_view approach : {"binaryThompson", "epsilonGreedy"}) {
    const auto policy = policy_of(approach);
    const TestCandidates candidates(std::vector<std::vector<TestArm>>{
        {{2, 30, 30, 1, 10}}, {{5, 50, 53, 4, 4}}, {{1, 1, 0, 0, 0.5}}, {{1, 9, 8, 0, -3}}, {{1, 1, 0, 0, 1}}});
    constexpr int decisions = 20'000;
    std::array<double, 5> first{};
    std::array<double, 5> scores{};
    std::array<double, 5> scaled{};
    for (std::uint64_t seed = 1; seed <= decisions; ++seed) {
      policy->score(candidates.view(), seed, scores);
      scale_scores(*policy, candidates.scaled_view(), scores, scaled);
      first[static_cast<std::size_t>(std::ranges::max_element(scaled) - scaled.begin())] += 1.0 / decisions;
    }
    PropensityTables tables;
    for (std::uint32_t i = 0; i < 5; ++i) {
      const auto found = policy->propensities(candidates.scaled_view(), std::vector<std::uint32_t>{i}, 1, tables);
      // Four standard deviations of a share are at most 0.0142.
      EXPECT_NEAR(found.slot[0], first[i], 0.015) << approach << " " << i;
    }
  }
}

}  // namespace
}  // namespace proffer::bandit
