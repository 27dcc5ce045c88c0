#include "bandit/history_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <set>

#include "bandit/histories.h"

namespace proffer::bandit {
namespace {

using testing::ElementsAre;

// Counts what it is told, and says of each option what its contacts and accepted ones weigh: contacts + accepted /
// 1000.
class Counter final : public HistoryModel {
 public:
  explicit Counter(const decision::Campaign& campaign, std::size_t held = 1000)
      : HistoryModel(campaign, {.features = true, .customers = true, .contacts = held}) {}

  void predict(const Moment&, std::span<const decision::OptionId> options, std::span<double> values) const override {
    for (std::size_t i = 0; i < options.size(); ++i) {
      values[i] = (to_real(contacts_[options[i]]) + to_real(accepted_[options[i]]) / 1000);
    }
  }

  std::vector<std::size_t> sizes_of(std::uint64_t customer, std::size_t limit) const {
    std::vector<std::size_t> sizes;
    for (const auto* slate : slates_of(customer, limit)) sizes.push_back(slate->shown.size());
    return sizes;
  }
  const Slates& all() const { return slates(); }

 private:
  void added(const PastSlate& slate) override { count(slate, 1); }
  void removed(const PastSlate& slate) override { count(slate, -1); }
  void accepted(const PastSlate&, const PastContact& contact) override { accepted_[contact.option] += contact.weight; }
  std::size_t own_bytes() const override { return 0; }

  void count(const PastSlate& slate, int sign) {
    for (const auto& contact : slate.shown) {
      contacts_[contact.option] += sign * contact.weight;
      if (contact.accepted) accepted_[contact.option] += sign * contact.weight;
    }
  }

  std::vector<Fixed> contacts_ = std::vector<Fixed>(10), accepted_ = std::vector<Fixed>(10);
};

decision::Campaign newest(std::uint64_t count) {
  auto campaign = campaign_of_all_contacts();
  campaign.learning.processing_count = count;
  return campaign;
}

TEST(HistoryModel, KeepsTheNewestWholeSlatesThatFitTheCount) {
  Counter model(newest(4));
  tell(model, {{.date = 10, .position = 1, .shown = {0, 1, 2}, .accepted = {0}},
               {.date = 20, .position = 2, .shown = {3}},
               {.date = 30, .position = 3, .shown = {4}, .accepted = {4}}});
  EXPECT_THAT(predicted(model, {}, {0, 1, 2, 3, 4}), ElementsAre(0, 0, 0, 1, 1.001));
}

TEST(HistoryModel, TheNewestSlateCountsHoweverLong) {
  Counter model(newest(2));
  tell(model, {{.date = 10, .position = 1, .shown = {0}}, {.date = 20, .position = 2, .shown = {1, 2, 3}}});
  EXPECT_THAT(predicted(model, {}, {0, 1, 2, 3}), ElementsAre(0, 1, 1, 1));
}

TEST(HistoryModel, WhatTheCountLeftOutDoesNotReturnThroughAnOlderOne) {
  Counter model(newest(4));
  tell(model, {{.date = 20, .position = 1, .shown = {0, 1, 2}},
               {.date = 30, .position = 2, .shown = {0, 1, 2}},
               {.date = 10, .position = 3, .shown = {4}}});
  EXPECT_THAT(predicted(model, {}, {0, 4}), ElementsAre(1, 0));
}

TEST(HistoryModel, ASlateLeavesTheWindowWithItsOutcomes) {
  auto campaign = campaign_of_all_contacts();
  campaign.learning.processing_window = base::Micros{100};
  Counter model(campaign);
  tell(model, {{.date = 10, .position = 1, .shown = {0}, .accepted = {0}}});
  model.advance(at(109));
  EXPECT_THAT(predicted(model, {}, {0}), ElementsAre(1.001));
  model.advance(at(110));
  EXPECT_THAT(predicted(model, {}, {0}), ElementsAre(0));
  tell(model, {{.date = 10, .position = 2, .shown = {0}}});
  EXPECT_THAT(predicted(model, {}, {0}), ElementsAre(0));
}

TEST(HistoryModel, AnOutcomeCountsOnceAndOnlyForWhatWasShownAndIsStillThere) {
  Counter model(newest(1));
  tell_contact(model, {.date = 10, .position = 1, .shown = {0}});
  model.accept(1, at(10), 1);
  model.accept(0, at(10), 2);
  model.accept(0, at(11), 1);
  EXPECT_THAT(predicted(model, {}, {0, 1}), ElementsAre(1, 0));
  model.accept(0, at(10), 1);
  model.accept(0, at(10), 1);
  EXPECT_THAT(predicted(model, {}, {0}), ElementsAre(1.001));
  tell_contact(model, {.date = 20, .position = 3, .shown = {2}});
  model.accept(0, at(10), 1);
  EXPECT_THAT(predicted(model, {}, {0, 2}), ElementsAre(0, 1));
}

TEST(HistoryModel, AContactWeighsItsLearningReward) {
  Counter model(campaign_of_all_contacts());
  tell(model, {{.date = 10, .position = 1, .shown = {0}, .accepted = {0}, .reward = 2.5}});
  EXPECT_THAT(predicted(model, {}, {0}), ElementsAre(2.5025));
}

TEST(HistoryModel, HoldsNoMoreThanItCan) {
  Counter model(campaign_of_all_contacts(), 3);
  for (std::int64_t i = 1; i <= 10; ++i)
    tell(model, {{.date = i, .position = static_cast<decision::LogPosition>(i), .shown = {0}}});
  EXPECT_THAT(predicted(model, {}, {0}), ElementsAre(3));
}

TEST(HistoryModel, FindsTheNewestSlatesOfACustomerOldestFirst) {
  Counter model(campaign_of_all_contacts());
  tell(model, {{.date = 30, .position = 1, .customer = 7, .shown = {0, 1, 2}},
               {.date = 10, .position = 2, .customer = 7, .shown = {0}},
               {.date = 20, .position = 3, .customer = 8, .shown = {0, 1, 2, 3}},
               {.date = 20, .position = 4, .customer = 7, .shown = {0, 1}}});
  EXPECT_THAT(model.sizes_of(7, 10), ElementsAre(1, 2, 3));
  EXPECT_THAT(model.sizes_of(7, 2), ElementsAre(2, 3));
  EXPECT_THAT(model.sizes_of(8, 2), ElementsAre(4));
  EXPECT_THAT(model.sizes_of(9, 2), ElementsAre());
  EXPECT_THAT(model.sizes_of(~std::uint64_t{0}, 2), ElementsAre());
}

TEST(HistoryModel, ForgetsAllOnReset) {
  Counter model(newest(2));
  tell(model, {{.date = 10, .position = 1, .shown = {0}}, {.date = 20, .position = 2, .shown = {1, 2}}});
  model.reset();
  model.accept(1, at(20), 2);
  EXPECT_THAT(predicted(model, {}, {0, 1, 2}), ElementsAre(0, 0, 0));
  tell(model, {{.date = 5, .position = 3, .shown = {0}}});
  EXPECT_THAT(predicted(model, {}, {0}), ElementsAre(1));
}

TEST(HistoryModel, IsAFoldOverTheSlatesThatCount) {
  auto campaign = campaign_of_all_contacts();
  campaign.features = {"one", "two"};
  const auto make = [](const decision::Campaign& of) { return std::make_unique<Counter>(of); };
  expect_a_fold(make, campaign, [&](const Model& model, const auto& of, const auto& selected, std::uint64_t seed) {
    EXPECT_EQ(static_cast<const Counter&>(model).all().size(), selected.size()) << seed;
    auto fresh = make(of);
    tell(*fresh, selected);
    base::RandomStream random(seed, 2);
    EXPECT_TRUE(say_the_same(model, *fresh, 5, 2, random)) << seed;
  });
}

TEST(HistoryModel, RefusesADamagedCheckpoint) {
  auto campaign = newest(20);
  campaign.features = {"one"};
  base::RandomStream random(5, 1);
  Counter model(campaign);
  tell(model, random_history(random, 30, 5, 1));
  const std::string state = encoded(model);
  for (std::size_t size = 0; size < state.size(); ++size) {
    Counter fresh(campaign);
    EXPECT_FALSE(decode_from(fresh, state.substr(0, size))) << size;
  }
  std::string other = state;
  other[0] = 9;
  Counter fresh(campaign);
  EXPECT_FALSE(decode_from(fresh, other));
  for (std::size_t i = 1; i < state.size(); ++i) {  // whatever it makes of them, within its bounds
    other = state;
    other[i] = static_cast<char>(other[i] ^ 0x55);
    Counter damaged(newest(20));
    decode_from(damaged, other);
  }
}

}  // namespace
}  // namespace proffer::bandit
