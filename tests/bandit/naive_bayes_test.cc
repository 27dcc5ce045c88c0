#include "bandit/naive_bayes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "bandit/algorithm.h"
#include "bandit/counted_slates.h"
#include "bandit/histories.h"

namespace proffer::bandit {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

decision::Campaign with_features(std::vector<std::string> features, bool uniform_missing = false) {
  auto campaign = campaign_of_all_contacts();
  campaign.features = std::move(features);
  campaign.settings.naive_bayes.uniform_missing = uniform_missing;
  return campaign;
}

std::vector<TestSlate> example() {
  return {{.date = 1, .position = 1, .features = {"old"}, .shown = {0, 1}, .accepted = {0}},
          {.date = 2, .position = 2, .features = {"old"}, .shown = {0, 1}, .accepted = {0}},
          {.date = 3, .position = 3, .features = {"new"}, .shown = {0, 1}, .accepted = {1}},
          {.date = 4, .position = 4, .features = {"new"}, .shown = {1, 0}}};
}

std::vector<double> predict_for(const Model& model, std::vector<std::string> features,
                                const std::vector<decision::OptionId>& options) {
  return predicted(model, {7, features}, options);
}

// By hand: option 0 was accepted twice by "old", option 1 once by "new"; two values.
//   old: (2 + 1) (2 + 1) / (2 + 2) = 9/4    against (1 + 1) (0 + 1) / (1 + 2) = 2/3: 27/35 and 8/35
//   new: (2 + 1) (0 + 1) / (2 + 2) = 3/4    against (1 + 1) (1 + 1) / (1 + 2) = 4/3:  9/25 and 16/25
//   not known: 3 against 2
//   red, never seen, the third value: 3 * 1/5 against 2 * 1/4: 6/11 and 5/11
TEST(NaiveBayes, AgreesWithAnExampleWorkedByHand) {
  const auto model = make_naive_bayes(with_features({"age"}));
  tell(*model, example());
  EXPECT_THAT(predict_for(*model, {"old"}, {0, 1}),
              ElementsAre(DoubleNear(27.0 / 35, 1e-15), DoubleNear(8.0 / 35, 1e-15)));
  EXPECT_THAT(predict_for(*model, {"new"}, {1, 0}),
              ElementsAre(DoubleNear(16.0 / 25, 1e-15), DoubleNear(9.0 / 25, 1e-15)));
  EXPECT_THAT(predict_for(*model, {""}, {0, 1}), ElementsAre(DoubleNear(0.6, 1e-15), DoubleNear(0.4, 1e-15)));
  EXPECT_THAT(predict_for(*model, {}, {0, 1}), ElementsAre(DoubleNear(0.6, 1e-15), DoubleNear(0.4, 1e-15)));
  EXPECT_THAT(predict_for(*model, {"red"}, {0, 1}),
              ElementsAre(DoubleNear(6.0 / 11, 1e-15), DoubleNear(5.0 / 11, 1e-15)));
}

TEST(NaiveBayes, KnowsNothingBeforeAnythingWasAccepted) {
  const auto model = make_naive_bayes(with_features({"age"}));
  for (const double value : predict_for(*model, {"old"}, {0, 1})) EXPECT_TRUE(std::isnan(value));
  tell(*model, {{.date = 1, .position = 1, .features = {"old"}, .shown = {0, 1}}});
  for (const double value : predict_for(*model, {"old"}, {0, 1})) EXPECT_TRUE(std::isnan(value));
  EXPECT_TRUE(predict_for(*model, {"old"}, {}).empty());
}

TEST(NaiveBayes, OptionsWithoutContactsComeLastOrAreUnknown) {
  const auto last = make_naive_bayes(with_features({"age"}));
  tell(*last, example());
  EXPECT_THAT(predict_for(*last, {""}, {0, 2, 1}), ElementsAre(DoubleNear(0.6, 1e-15), 0, DoubleNear(0.4, 1e-15)));
  const auto uniform = make_naive_bayes(with_features({"age"}, true));
  tell(*uniform, example());
  EXPECT_TRUE(std::isnan(predict_for(*uniform, {""}, {0, 2, 1})[1]));
}

// 300 features that all speak against option 1: its chance is far below what a double holds.
TEST(NaiveBayes, AHopelessOptionStaysAboveTheMissingOnes) {
  const std::size_t features = 300;
  const auto model = make_naive_bayes(with_features(std::vector<std::string>(features, "f")));
  const std::vector<std::string> old(features, "old"), young(features, "young");
  for (decision::LogPosition i = 1; i <= 60; ++i) {
    const bool even = i % 2 == 0;
    tell(*model, {{.date = static_cast<std::int64_t>(i),
                   .position = i,
                   .features = even ? old : young,
                   .shown = {0, 1},
                   .accepted = {even ? 0u : 1u}}});
  }
  const auto values = predict_for(*model, old, {0, 1, 2});
  EXPECT_EQ(values[0], 1);
  EXPECT_GT(values[1], 0);
  EXPECT_EQ(values[2], 0);
}

// Straight from the formula, from a list of accepted contacts.
std::vector<double> by_formula(const std::vector<TestSlate>& slates, const std::vector<std::string>& features,
                               decision::OptionId options) {
  std::set<decision::OptionId> shown;
  std::map<decision::OptionId, double> accepted;
  std::vector<std::set<std::string>> values(features.size());
  for (const auto& slate : slates) {
    shown.insert(slate.shown.begin(), slate.shown.end());
    for (const auto option : slate.accepted) {
      accepted[option] += slate.reward;
      for (std::size_t f = 0; f < features.size(); ++f) {
        if (!slate.features[f].empty()) values[f].insert(slate.features[f]);
      }
    }
  }
  std::vector<double> chances(options, 0.0);
  double sum = 0;
  for (decision::OptionId option = 0; option < options; ++option) {
    if (!shown.contains(option)) continue;
    chances[option] = accepted[option] + 1;
    for (std::size_t f = 0; f < features.size(); ++f) {
      double with_this = 0, with_any = 0;
      for (const auto& slate : slates) {
        if (std::ranges::find(slate.accepted, option) == slate.accepted.end() || slate.features[f].empty()) continue;
        with_any += slate.reward;
        if (slate.features[f] == features[f]) with_this += slate.reward;
      }
      auto all = values[f];
      all.insert(features[f]);
      chances[option] *= (with_this + 1) / (with_any + static_cast<double>(all.size()));
    }
    sum += chances[option];
  }
  for (double& chance : chances) chance /= sum;
  return chances;
}

TEST(NaiveBayes, IsAFoldThatAgreesWithTheFormula) {
  auto campaign = with_features({"one", "two"});
  expect_a_fold(
      make_naive_bayes, campaign, [](const Model& model, const auto&, const auto& selected, std::uint64_t seed) {
        const bool any = std::ranges::any_of(selected, [](const auto& slate) { return !slate.accepted.empty(); });
        for (const std::vector<std::string>& features : {std::vector<std::string>{"a", "b"}, {"c", "new"}}) {
          const auto found = predict_for(model, features, {0, 1, 2, 3, 4});
          const auto expected = by_formula(selected, features, 5);
          for (std::size_t i = 0; i < 5; ++i) {
            if (any)
              EXPECT_NEAR(found[i], expected[i], 1e-9) << seed;
            else
              EXPECT_TRUE(std::isnan(found[i])) << seed;
          }
        }
      });
}

TEST(NaiveBayes, PropensitiesAreThoseOfItsSlates) {
  const auto* algorithm = *find_algorithm("naiveBayes", "");
  const auto campaign = with_features({"age"}, true);
  const auto model = algorithm->make_model(campaign);
  tell(*model, example());
  TestCandidates candidates(std::vector<TestArm>(4));
  candidates.set_values(predict_for(*model, {"old"}, {0, 1, 2, 3}));
  expect_propensities_as_counted(*algorithm->make(campaign), candidates, 3, "partial history");
}

TEST(NaiveBayes, MemoryIsGivenBackWhenContactsLeave) {
  auto campaign = with_features({"age"});
  campaign.learning.processing_window = base::Micros{10};
  const auto model = make_naive_bayes(campaign);
  const std::size_t before = model->memory_bytes();
  for (decision::LogPosition i = 1; i <= 1'000; ++i) {
    tell(*model, {{.date = 5, .position = i, .features = {std::to_string(i)}, .shown = {0}, .accepted = {0}}});
  }
  EXPECT_GT(model->memory_bytes(), before + 100'000);
  model->advance(at(100));
  EXPECT_EQ(model->memory_bytes(), before);
}

}  // namespace
}  // namespace proffer::bandit
