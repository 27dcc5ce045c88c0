#include "bandit/long_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "bandit/algorithm.h"
#include "bandit/counted_slates.h"
#include "bandit/histories.h"

namespace proffer::bandit {
namespace {

decision::Campaign plain(double gamma = 0, double entropy_weight = 0) {
  auto campaign = campaign_of_all_contacts();
  campaign.settings.long_tail.gamma = gamma;
  campaign.settings.long_tail.entropy_weight = entropy_weight;
  return campaign;
}

// Customers 1 to 10 take 0 and 1 of {0, 1, 2, 3}, customers 11 to 20 take 2 and 3.
std::vector<TestSlate> two_tastes() {
  std::vector<TestSlate> slates;
  for (decision::LogPosition i = 1; i <= 20; ++i) {
    TestSlate slate{.date = static_cast<std::int64_t>(i), .position = i, .customer = i, .shown = {0, 1, 2, 3}};
    slate.accepted = i <= 10 ? std::vector<decision::OptionId>{0, 1} : std::vector<decision::OptionId>{2, 3};
    slates.push_back(slate);
  }
  // One more contact each of options that nobody takes, so that the last fit has seen all of these.
  for (decision::LogPosition i = 21; i <= 50; ++i)
    slates.push_back({.date = static_cast<std::int64_t>(i), .position = i, .customer = 99, .shown = {4}});
  return slates;
}

TEST(LongTail, KnowsNothingBeforeAnythingWasAcceptedAndFitted) {
  const auto model = make_long_tail(plain());
  for (decision::LogPosition i = 1; i <= 40; ++i) {
    EXPECT_TRUE(std::isnan(predicted(*model, {1, {}}, {0})[0]));
    tell(*model, {{.date = 1, .position = i, .customer = 1, .shown = {0}}});
  }
  for (decision::LogPosition i = 1; i <= 15; ++i) model->accept(0, at(1), i);
  EXPECT_TRUE(std::isnan(predicted(*model, {1, {}}, {0})[0]));
  for (decision::LogPosition i = 41; i <= 60; ++i)
    tell(*model, {{.date = 1, .position = i, .customer = 1, .shown = {0}}});
  EXPECT_GT(predicted(*model, {1, {}}, {0})[0], 0.5);
}

// The customer's vector is new at once: what he accepted now shows in the next prediction.
TEST(LongTail, FollowsACustomersTasteAtOnce) {
  const auto model = make_long_tail(plain());
  tell(*model, two_tastes());
  tell(*model, {{.date = 60, .position = 60, .customer = 50, .shown = {0, 2}, .accepted = {0}}});
  auto values = predicted(*model, {50, {}}, {0, 1, 2, 3, 4});
  EXPECT_GT(values[0], 0.8);
  EXPECT_GT(values[1], 0.8);
  EXPECT_LT(std::abs(values[2]), 0.2);
  EXPECT_LT(std::abs(values[3]), 0.2);
  EXPECT_EQ(values[4], 0);
  tell(*model, {{.date = 61, .position = 61, .customer = 50, .shown = {2}, .accepted = {2}}});
  values = predicted(*model, {50, {}}, {0, 1, 2, 3, 4});
  EXPECT_GT(values[3], 0.8);
}

// exposures 20 and 10 against one another, by hand: (20 + 1)^-0.4 and (1 + 1)^-0.4.
TEST(LongTail, BoostsWhatWasShownRarely) {
  const auto flat = make_long_tail(plain(0));
  const auto boosted = make_long_tail(plain(0.4));
  const auto uncertain = make_long_tail(plain(0, 2));
  for (Model* model : {flat.get(), boosted.get(), uncertain.get()}) tell(*model, two_tastes());
  const auto before = predicted(*flat, {1, {}}, {0, 2});
  const auto after = predicted(*boosted, {1, {}}, {0, 2});
  EXPECT_NEAR(after[0] / before[0], std::pow(21, -0.4), 1e-12);
  EXPECT_NEAR(after[1] / before[1], std::pow(21, -0.4), 1e-12);
  // 10 accepted of 20: p = 11/22, entropy 1 bit; factor 1 + 2.
  EXPECT_NEAR(predicted(*uncertain, {1, {}}, {0})[0] / before[0], 3, 1e-12);
}

TEST(LongTail, WhatWasNeverSeenHasSmallVectorsThatStayTheSame) {
  const auto model = make_long_tail(plain());
  tell(*model, two_tastes());
  double squares = 0;
  for (std::uint64_t customer = 1'000; customer < 3'000; ++customer) {
    const auto values = predicted(*model, {customer, {}}, {0, 77});
    EXPECT_EQ(values, predicted(*model, {customer, {}}, {0, 77}));
    EXPECT_NE(values[0], 0);
    EXPECT_LT(std::abs(values[1]), 0.01);
    squares += values[1] * values[1];
  }
  // u . v of fixed v with |v|^2 about 6 * 0.0001: variance 0.0001 |v|^2, so v of option 77 has the length that 2,000
  // customers say, within a factor that six normal numbers allow (a chi-squared of 6 in 0.2 to 30 but once in 10^4).
  const double length = squares / 2'000 / 1e-4 / 1e-4;
  EXPECT_GT(length, 0.2);
  EXPECT_LT(length, 30);
}

TEST(LongTail, AnOptionsWeightingMultipliesItsScore) {
  TestCandidates candidates(std::vector<TestArm>(3));
  candidates.set_values({0.5, 0.25, std::numeric_limits<double>::quiet_NaN()});
  auto campaign = plain();
  decision::Option option;
  option.stream = candidates.view().stream[1];
  option.weighting = 3;
  campaign.options.push_back(option);
  double scores[3];
  make_long_tail_policy(campaign)->score(candidates.view(), 1, scores);
  EXPECT_EQ(scores[0], 0.5);
  EXPECT_EQ(scores[1], 0.75);
  EXPECT_LT(scores[2], 1);
}

TEST(LongTail, IsAFold) {
  int known = 0;
  expect_a_fold(make_long_tail, plain(0.4, 0.5), [&](const Model& model, const auto&, const auto&, std::uint64_t) {
    known += std::isnan(predicted(model, {1, {}}, {0})[0]) ? 0 : 1;
  });
  EXPECT_GT(known, 35);
}

TEST(LongTail, RefusesADamagedCheckpoint) {
  const auto model = make_long_tail(plain());
  tell(*model, two_tastes());
  const std::string state = encoded(*model);
  for (std::size_t size = 0; size < state.size(); size += 7)
    EXPECT_FALSE(decode_from(*make_long_tail(plain()), state.substr(0, size))) << size;
}

TEST(LongTail, PropensitiesAreThoseOfItsSlates) {
  const auto* algorithm = *find_algorithm("behaviorAlgos", "longTailBoostMF");
  const auto model = algorithm->make_model(plain());
  TestCandidates candidates(std::vector<TestArm>(5));
  candidates.set_values(predicted(*model, {1, {}}, {0, 1, 2, 3, 4}));
  expect_propensities_as_counted(*algorithm->make(plain()), candidates, 3, "cold");
  tell(*model, two_tastes());
  candidates.set_values(predicted(*model, {1, {}}, {0, 1, 2, 3, 4}));
  expect_propensities_as_counted(*algorithm->make(plain()), candidates, 3, "with history");
}

}  // namespace
}  // namespace proffer::bandit
