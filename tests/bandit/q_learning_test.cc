#include "bandit/q_learning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <tuple>

#include "bandit/algorithm.h"
#include "bandit/counted_slates.h"
#include "bandit/histories.h"
#include "bandit/q_table.h"

namespace proffer::bandit {
namespace {

constexpr decision::OptionId none = no_option;

decision::Campaign from_log() {
  auto campaign = campaign_of_all_contacts();
  campaign.settings.q_learning.from_log = true;
  return campaign;
}

// By hand, alpha 0.25, gamma 0.75, reward 10: 2 twice in one state whose next has a value of 4:
//   0.25 (10 + 0.75 * 4) = 3.25, then 3.25 + 0.25 (0 + 3 - 3.25) = 3.1875.
TEST(QTable, StepsWorkedByHand) {
  QTable table(0.25, 0.75);
  const QState start, next = start.after(2, true);
  EXPECT_EQ(next, (QState{none, 2, 2}));
  EXPECT_EQ(next.after(3, false), (QState{2, 3, 2}));
  table.learn(next, 1, 4, 16);
  EXPECT_EQ(table.value(next, 1), 4);
  table.learn(start, 2, 10, next);
  EXPECT_EQ(table.value(start, 2), 3.25);
  table.learn(start, 2, 0, next);
  EXPECT_EQ(table.value(start, 2), 3.1875);
  EXPECT_EQ(table.value(start, 1), std::nullopt);
  EXPECT_TRUE(table.tried(next.after(0, false)).empty());
}

// The customer sees 0 (taken), then 1, 0, 1, 0, 1 (none taken), so from the third on he is by turns in (1, 0, taken 0)
// and (0, 1, taken 0). Q of showing 0 in the latter, where he stands now: shown once there, with nothing after it.
TEST(QLearning, WalksTheContactsOfTheCustomer) {
  const auto model = make_q_learning(from_log());
  tell(*model, {{.date = 1, .position = 1, .customer = 7, .shown = {0}, .accepted = {0}},
                {.date = 2, .position = 2, .customer = 7, .shown = {1}},
                {.date = 3, .position = 3, .customer = 8, .shown = {2}, .accepted = {2}},
                {.date = 4, .position = 4, .customer = 7, .shown = {0, 1}}});
  const std::vector<decision::OptionId> options{0, 1, 2};
  auto values = predicted(*model, {7, {}}, options);  // in (0, 1, 0), in which 0 was shown, and not taken
  EXPECT_EQ(values[0], 0);
  EXPECT_TRUE(std::isnan(values[1]));
  EXPECT_TRUE(std::isnan(values[2]));
  model->accept(0, at(4), 4);  // it was after all; no step after it had a value
  EXPECT_EQ(predicted(*model, {7, {}}, options)[0], 2.5);
  for (const double value : predicted(*model, {9, {}}, options)) EXPECT_TRUE(std::isnan(value));
}

// Bellman's equation step by step over a flat list of the customer's contacts.
double by_formula(const std::vector<TestSlate>& slates, std::uint64_t customer, decision::OptionId asked) {
  using State = std::tuple<decision::OptionId, decision::OptionId, decision::OptionId>;
  std::map<std::pair<State, decision::OptionId>, double> q;
  State state{none, none, none};
  for (const auto& slate : slates) {
    if (slate.customer != customer) continue;
    for (const auto option : slate.shown) {
      const bool taken = std::ranges::find(slate.accepted, option) != slate.accepted.end();
      const State next{std::get<1>(state), option, taken ? option : std::get<2>(state)};
      double best = 0;
      for (const auto& [key, value] : q) best = key.first == next ? std::max(best, value) : best;
      double& value = q[{state, option}];
      value += 0.25 * ((taken ? 10 * slate.reward : 0) + 0.75 * best - value);
      state = next;
    }
  }
  const auto found = q.find({state, asked});
  return found == q.end() ? -1 : found->second;
}

TEST(QLearning, FromTheLogIsAFoldThatAgreesWithTheFormula) {
  int known = 0;
  expect_a_fold(make_q_learning, from_log(),
                [&](const Model& model, const auto&, const auto& selected, std::uint64_t seed) {
                  for (std::uint64_t customer = 0; customer < 4; ++customer) {
                    const auto found = predicted(model, {customer, {}}, {0, 1, 2, 3, 4});
                    for (decision::OptionId option = 0; option < 5; ++option) {
                      const double expected = by_formula(selected, customer, option);
                      if (expected < 0)
                        EXPECT_TRUE(std::isnan(found[option])) << seed;
                      else
                        EXPECT_NEAR(found[option], expected, 1e-8) << seed;
                      known += expected >= 0 ? 1 : 0;
                    }
                  }
                });
  EXPECT_GT(known, 30);
}

// Two options: 0 is taken 8 times of 10, 1 twice of 10.
std::vector<TestSlate> two_options() {
  std::vector<TestSlate> slates;
  for (decision::LogPosition i = 1; i <= 10; ++i) {
    slates.push_back({.date = static_cast<std::int64_t>(i), .position = i, .customer = 1, .shown = {0, 1}});
    if (i <= 8) slates.back().accepted.push_back(0);
    if (i > 8) slates.back().accepted.push_back(1);
  }
  return slates;
}

TEST(QLearning, ASimulationPrefersWhatIsTakenAndKnowsNothingOfWhatWasNotShown) {
  const auto model = make_q_learning(campaign_of_all_contacts());
  for (const double value : predicted(*model, {7, {}}, {0, 1})) EXPECT_TRUE(std::isnan(value));
  tell(*model, two_options());
  for (std::uint64_t customer = 0; customer < 50; ++customer) {
    const auto values = predicted(*model, {customer, {}}, {0, 1, 2});
    EXPECT_GT(values[0], values[1]);
    EXPECT_TRUE(std::isnan(values[2]));
  }
}

// Without a future (discount 0) and with learning rate 1, a value is the reward alone: 10 * 9/12 and 10 * 3/12.
TEST(QLearning, ASimulationWithoutAFutureGivesTheExpectedReward) {
  auto campaign = campaign_of_all_contacts();
  campaign.settings.q_learning.learning_rate = 1;
  campaign.settings.q_learning.discount_factor = 0;
  const auto model = make_q_learning(campaign);
  tell(*model, two_options());
  const auto values = predicted(*model, {7, {}}, {0, 1});
  EXPECT_DOUBLE_EQ(values[0], 7.5);
  EXPECT_DOUBLE_EQ(values[1], 2.5);
}

// One option, learning rate 1, no random action: every value follows the path 0, 0, 0, 0 whose states differ only in
// whether 0 was taken. With discount 0.5 the first round sets Q(start) = R + 5 and, in the states after it, R each, as
// nothing is known behind them; the second Q(start) = R + 0.5 Q(next).
TEST(QLearning, TheFirstSimulatedValueHopesForTheLargestReward) {
  auto campaign = campaign_of_all_contacts();
  campaign.settings.q_learning = {
      .learning_rate = 0.25, .discount_factor = 0.5, .random_action = 0, .max_reward = 10, .from_log = false};
  const auto model = make_q_learning(campaign);
  tell(*model, {{.date = 1, .position = 1, .customer = 1, .shown = {0}}});
  // R = 10 / 3. An optimistic start of 0.25 (R + 5) = 2.0833 leaves no value below what repeated steps from 0 give,
  // and none above R / (1 - 0.5), the value of R for ever.
  const double value = predicted(*model, {7, {}}, {0})[0];
  EXPECT_GT(value, 10.0 / 3 * (1 - std::pow(0.75, 16)));
  EXPECT_LT(value, 20.0 / 3);
}

TEST(QLearning, ASimulationIsAFold) {
  expect_a_fold(make_q_learning, campaign_of_all_contacts(),
                [&](const Model& model, const auto& campaign, const auto& selected, std::uint64_t seed) {
                  const auto fresh = make_q_learning(campaign);
                  tell(*fresh, selected);
                  base::RandomStream random(seed, 2);
                  EXPECT_TRUE(say_the_same(model, *fresh, 5, 0, random)) << seed;
                });
}

TEST(QLearning, AThousandOptionsAreSimulatedInAMoment) {
  const auto model = make_q_learning(campaign_of_all_contacts());
  std::vector<decision::OptionId> options;
  for (decision::OptionId option = 0; option < 5'000; ++option) {
    options.push_back(option);
    tell(*model, {{.date = 1, .position = option + 1, .customer = 1, .shown = {option}}});
  }
  for (const double value : predicted(*model, {7, {}}, options)) EXPECT_GT(value, 0);
}

TEST(QLearning, PropensitiesAreThoseOfItsSlates) {
  const auto* algorithm = *find_algorithm("QLearning", "");
  const auto campaign = campaign_of_all_contacts();
  const auto model = algorithm->make_model(campaign);
  tell(*model, two_options());
  TestCandidates candidates(std::vector<TestArm>(4));
  candidates.set_values(predicted(*model, {7, {}}, {0, 1, 2, 3}));
  expect_propensities_as_counted(*algorithm->make(campaign), candidates, 3, "partial history");
}

}  // namespace
}  // namespace proffer::bandit
