#include "bandit/valued_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "bandit/counted_slates.h"

namespace proffer::bandit {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

TestCandidates valued(std::vector<double> values) {
  TestCandidates candidates(std::vector<TestArm>(values.size()));
  candidates.set_values(std::move(values));
  return candidates;
}

TEST(ValuedPolicy, ScoresWhatTheModelSaysAndDrawsWhereItKnowsNothing) {
  const auto policy = make_model_policy({});
  double scores[3];
  policy->score(valued({-2, unknown, 7.5}).view(), 5, scores);
  EXPECT_EQ(scores[0], -2);
  EXPECT_GT(scores[1], 0);
  EXPECT_LT(scores[1], 1);
  EXPECT_EQ(scores[2], 7.5);
}

TEST(ValuedPolicy, WithoutAModelAllSlatesAreEquallyLikely) {
  const auto policy = make_model_policy({});
  const TestCandidates candidates(std::vector<TestArm>(4));
  PropensityTables tables;
  const auto found = policy->propensities(candidates.view(), slate_with(2, 1, 3), 1, tables);
  EXPECT_THAT(found.slot, ElementsAre(DoubleEq(0.25), DoubleEq(0.25), DoubleEq(0.25)));
  EXPECT_THAT(found.slate, ElementsAre(DoubleEq(0.75), DoubleEq(0.75), DoubleEq(0.75)));
  expect_propensities_as_counted(*policy, candidates, 2, "without a model");
}

TEST(ValuedPolicy, PropensitiesAreThoseOfItsSlatesForValuesOfAnySize) {
  const auto policy = make_model_policy({});
  expect_propensities_as_counted(*policy, valued({-1, 0.3, 0.3, unknown, unknown, 2, 2}), 4, "out of 0 to 1");
  expect_propensities_as_counted(*policy, valued({0, 0, 0, unknown, 1, 1}), 3, "at the ends");
  expect_propensities_as_counted(*policy, valued({0.9, unknown, 0.1, unknown, 0.5}), 3, "within");
}

TEST(ValuedPolicy, PropensitiesOfSeveralOptionsAnOfferAreThoseOfItsSlates) {
  const auto policy = make_model_policy({});
  TestCandidates candidates(std::vector<std::vector<TestArm>>{{{}, {}, {}}, {{}}, {{}, {}}, {{}}});
  candidates.set_values({-1, 0.4, unknown, 0.4, 1.5, unknown, unknown});
  expect_propensities_as_counted(*policy, candidates, 3, "mixtures");
  PropensityTables tables;
  EXPECT_EQ(policy->propensities(candidates.view(), slate_with(0, 0, 2), 1, tables).method,
            decision::PropensityMethod::quadrature);
}

std::vector<double> shares(std::vector<double> values) {
  to_shares(values);
  return values;
}

TEST(ValuedPolicy, SharesSumToOneAndNoneIsNegative) {
  EXPECT_THAT(shares({1, 3}), ElementsAre(0.25, 0.75));
  EXPECT_THAT(shares({-1, 0, 2}), ElementsAre(0, 0.25, 0.75));
  EXPECT_THAT(shares({0, 0}), ElementsAre(0.5, 0.5));
  EXPECT_THAT(shares({-0.3, -0.3, -0.3, -0.3}), ElementsAre(0.25, 0.25, 0.25, 0.25));
  const auto partly = shares({unknown, 1, 1});
  EXPECT_TRUE(std::isnan(partly[0]));
  EXPECT_EQ(partly[1], 0.5);
  EXPECT_TRUE(std::isnan(shares({unknown})[0]));
  EXPECT_TRUE(shares({}).empty());
}

}  // namespace
}  // namespace proffer::bandit
