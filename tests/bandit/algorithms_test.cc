#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bandit/algorithm.h"
#include "bandit/arms.h"
#include "bandit/propensity_tables.h"

namespace proffer::bandit {
namespace {

TEST(Algorithms, AreFoundByTheirExactNames) {
  for (const Algorithm& algorithm : algorithms()) {
    const auto found = find_algorithm(algorithm.approach, algorithm.sub_approach);
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, &algorithm);
    EXPECT_NE(algorithm.make({}), nullptr);
  }
  EXPECT_TRUE(find_algorithm("binaryThompson", ""));
  EXPECT_TRUE(find_algorithm("epsilonGreedy", ""));
}

TEST(Algorithms, UnknownOneIsRefusedNamingTheKnown) {
  const auto found = find_algorithm("binarythompson", "x");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, base::ErrorKind::invalid);
  EXPECT_EQ(found.error().message,
            "unknown algorithm 'binarythompson / x'; known: "
            "binaryThompson, epsilonGreedy, naiveBayes, QLearning, Network, behaviorAlgos / lossAversion, "
            "behaviorAlgos / riskAversion, "
            "behaviorAlgos / prospectTheory, behaviorAlgos / sentimentalEquilibrium, "
            "behaviorAlgos / coverageAwareThompson, behaviorAlgos / longTailBoostMF, "
            "behaviorAlgos / generative");
}

TEST(Algorithms, AFallbackNeedsNoMoreThanItsArms) {
  EXPECT_EQ((*find_fallback("epsilonGreedy"))->approach, "epsilonGreedy");
  EXPECT_EQ((*find_fallback("lossAversion"))->sub_approach, "lossAversion");
  EXPECT_FALSE(find_fallback("magic"));
  EXPECT_FALSE(find_fallback("generative"));
  for (const Algorithm& algorithm : algorithms()) {
    if (algorithm.make_model == nullptr) continue;
    EXPECT_FALSE(find_fallback(algorithm.sub_approach.empty() ? algorithm.approach : algorithm.sub_approach));
  }
}

TEST(Algorithms, WhatAnArmDrawsDoesNotDependOnTheOthers) {
  for (const Algorithm& algorithm : algorithms()) {
    const auto policy = algorithm.make({});
    const TestCandidates three(std::vector<TestArm>{{2, 30, 0, 0}, {5, 50, 0, 0}, {1, 1, 0, 0}});
    const TestCandidates one(std::vector<TestArm>{{2, 30, 0, 0}});
    double scores[3];
    double alone[1];
    policy->score(three.view(), 99, scores);
    policy->score(one.view(), 99, alone);
    EXPECT_EQ(scores[0], alone[0]) << algorithm.approach;
    policy->score(three.view(), 100, scores);
    EXPECT_NE(scores[0], alone[0]) << algorithm.approach;
  }
}

TEST(EpsilonGreedy, ScoresTakeUpAndDrawsForThoseWithoutContacts) {
  const auto policy = (*find_algorithm("epsilonGreedy", ""))->make({});
  const TestCandidates candidates(std::vector<TestArm>{{1, 1, 8, 2}, {1, 1, 0, 0}, {1, 1, 4, 0}});
  double scores[3];
  policy->score(candidates.view(), 5, scores);
  EXPECT_EQ(scores[0], 0.25);
  EXPECT_GT(scores[1], 0);
  EXPECT_LT(scores[1], 1);
  EXPECT_EQ(scores[2], 0);
}

}  // namespace
}  // namespace proffer::bandit
