#include "bandit/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "bandit/algorithm.h"
#include "bandit/counted_slates.h"
#include "bandit/histories.h"
#include "bandit/page_rank.h"

namespace proffer::bandit {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

// `times` slates of these options, of which this one was accepted in the first `accepted`.
void show(Model& model, decision::LogPosition& position, int times, std::vector<decision::OptionId> shown,
          decision::OptionId taken, int accepted) {
  for (int i = 0; i < times; ++i) {
    ++position;
    TestSlate slate{.date = static_cast<std::int64_t>(position), .position = position, .shown = shown};
    if (i < accepted) slate.accepted = {taken};
    tell(model, {slate});
  }
}

// By hand, alpha 1. Slates {0, 1} ten times, 1 accepted in 4; {1, 2} ten times, 2 accepted in 5; {0, 2} ten times, 0
// accepted in 2: w(0 -> 1) = 0.4, w(1 -> 2) = 0.5, w(2 -> 0) = 0.2, and no others. A ring: ranks stay equal. With 1
// accepted in 3 of {1, 2} too, w(2 -> 1) = 0.3, so 2 gives 2/5 to 0 and 3/5 to 1. From 1/3 each, in three steps (as
// many as options):
//   2/15, 8/15, 1/3    then    2/15, 1/3, 8/15    then    16/75, 34/75, 1/3
TEST(Network, AgreesWithAnExampleWorkedByHand) {
  const auto model = make_network(campaign_of_all_contacts());
  decision::LogPosition position = 0;
  show(*model, position, 10, {0, 1}, 1, 4);
  show(*model, position, 10, {1, 2}, 2, 5);
  show(*model, position, 10, {0, 2}, 0, 2);
  EXPECT_THAT(predicted(*model, {}, {0, 1, 2}),
              ElementsAre(DoubleNear(1.0 / 3, 1e-15), DoubleNear(1.0 / 3, 1e-15), DoubleNear(1.0 / 3, 1e-15)));
  for (decision::LogPosition at_slate = 11; at_slate <= 13; ++at_slate)
    model->accept(1, at(static_cast<std::int64_t>(at_slate)), at_slate);
  EXPECT_THAT(predicted(*model, {}, {0, 1, 2}),
              ElementsAre(DoubleNear(16.0 / 75, 1e-15), DoubleNear(34.0 / 75, 1e-15), DoubleNear(1.0 / 3, 1e-15)));
  auto campaign = campaign_of_all_contacts();
  campaign.settings.network.iterations = 1;
  const auto once = make_network(campaign);
  ASSERT_TRUE(decode_from(*once, encoded(*model)));
  EXPECT_THAT(predicted(*once, {}, {0, 1, 2}),
              ElementsAre(DoubleNear(2.0 / 15, 1e-15), DoubleNear(8.0 / 15, 1e-15), DoubleNear(1.0 / 3, 1e-15)));
}

// With alpha 0.5 half of the rank goes by acceptances: option 1 has 3 of 4 of them.
TEST(Network, TheRestGoesByAcceptance) {
  auto campaign = campaign_of_all_contacts();
  campaign.settings.network = {.alpha = 0.5, .iterations = 1};
  const auto model = make_network(campaign);
  decision::LogPosition position = 0;
  show(*model, position, 10, {0, 1}, 1, 3);
  show(*model, position, 10, {0, 1}, 0, 1);
  EXPECT_THAT(predicted(*model, {}, {0, 1}), ElementsAre(DoubleNear(0.375, 1e-15), DoubleNear(0.625, 1e-15)));
}

TEST(Network, OptionsThatHardlyMetTheOthersAreUnknown) {
  const auto model = make_network(campaign_of_all_contacts());
  decision::LogPosition position = 0;
  EXPECT_TRUE(std::isnan(predicted(*model, {}, {0})[0]));
  show(*model, position, 50, {0}, 0, 20);
  show(*model, position, 4, {0, 1}, 1, 2);
  show(*model, position, 9, {2, 3}, 2, 2);
  for (const double value : predicted(*model, {}, {0, 1, 2})) EXPECT_TRUE(std::isnan(value));
  show(*model, position, 1, {0, 1}, 1, 0);
  const auto values = predicted(*model, {}, {0, 1, 2});
  EXPECT_NEAR(values[0] + values[1], 1, 1e-15);
  EXPECT_TRUE(std::isnan(values[2]));
}

// Straight from the definition, by looking through all slates for each pair.
std::vector<double> by_formula(const std::vector<TestSlate>& slates, double alpha, std::size_t options) {
  const auto has = [](const auto& list, std::size_t option) { return std::ranges::find(list, option) != list.end(); };
  std::vector<RankEdge> edges;
  std::vector<std::uint32_t> known;
  for (std::uint32_t i = 0; i < options; ++i) {
    std::size_t met = 0;
    for (const auto& slate : slates) met += has(slate.shown, i) ? slate.shown.size() - 1 : 0;
    if (met >= 5) known.push_back(i);
  }
  std::vector<double> pers(known.size(), 0.0);
  for (std::uint32_t a = 0; a < known.size(); ++a) {
    for (const auto& slate : slates) pers[a] += has(slate.accepted, known[a]) ? slate.reward : 0;
    for (std::uint32_t b = 0; b < known.size(); ++b) {
      double shown = 0, accepted = 0;
      for (const auto& slate : slates) {
        if (a == b || !has(slate.shown, known[a]) || !has(slate.shown, known[b])) continue;
        shown += slate.reward;
        accepted += has(slate.accepted, known[b]) ? slate.reward : 0;
      }
      if (accepted > 0) edges.push_back({a, b, accepted / shown});
    }
  }
  const double sum = std::accumulate(pers.begin(), pers.end(), 0.0);
  for (double& p : pers) p = sum > 0 ? p / sum : 1 / static_cast<double>(pers.size());
  std::vector<double> values(options, -1);
  const auto ranks = page_rank(edges, pers, alpha, known.size());
  for (std::size_t i = 0; i < known.size(); ++i) values[known[i]] = ranks[i];
  return values;
}

TEST(Network, IsAFoldThatAgreesWithTheDefinition) {
  for (const double alpha : {1.0, 0.6}) {
    auto campaign = campaign_of_all_contacts();
    campaign.settings.network.alpha = alpha;
    expect_a_fold(make_network, campaign,
                  [&](const Model& model, const auto&, const auto& selected, std::uint64_t seed) {
                    const auto expected = by_formula(selected, alpha, 5);
                    const auto found = predicted(model, {}, {0, 1, 2, 3, 4});
                    for (std::size_t i = 0; i < 5; ++i) {
                      if (expected[i] < 0)
                        EXPECT_TRUE(std::isnan(found[i])) << seed;
                      else
                        EXPECT_NEAR(found[i], expected[i], 1e-8) << seed;
                    }
                  });
  }
}

TEST(Network, PropensitiesAreThoseOfItsSlates) {
  const auto* algorithm = *find_algorithm("Network", "");
  const auto campaign = campaign_of_all_contacts();
  const auto model = algorithm->make_model(campaign);
  decision::LogPosition position = 0;
  show(*model, position, 9, {0, 1}, 1, 3);
  show(*model, position, 9, {0, 1}, 0, 3);
  TestCandidates candidates(std::vector<TestArm>(4));
  candidates.set_values(predicted(*model, {}, {0, 1, 2, 3}));
  expect_propensities_as_counted(*algorithm->make(campaign), candidates, 3, "ties and unknown ones");
}

TEST(Network, MemoryIsGivenBackWhenContactsLeave) {
  auto campaign = campaign_of_all_contacts();
  campaign.learning.processing_window = base::Micros{1'000};
  const auto model = make_network(campaign);
  const std::size_t before = model->memory_bytes();
  decision::LogPosition position = 0;
  for (decision::OptionId i = 0; i < 50; ++i) show(*model, position, 1, {i, i + 1, i + 2, i + 3}, i, 1);
  EXPECT_GT(model->memory_bytes(), before + 10'000);
  model->advance(at(5'000));
  EXPECT_EQ(model->memory_bytes(), before);
}

}  // namespace
}  // namespace proffer::bandit
