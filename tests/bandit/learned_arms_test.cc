#include "bandit/learned_arms.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/int128.h"
#include "base/random.h"

namespace proffer::bandit {
namespace {

using base::Micros;
using base::Time;
using decision::LearningSettings;
using decision::LogPosition;
using decision::OptionId;
using testing::ElementsAre;
using testing::HasSubstr;

Time at(std::int64_t micros) { return Time{Micros{micros}}; }

LearningSettings all_count() {
  LearningSettings settings;
  settings.processing_window = Micros{0};
  settings.processing_count = 0;
  return settings;
}

LearnedArms arms_of(const LearningSettings& settings, OptionId options = 1) {
  LearnedArms arms(settings);
  arms.resize(options);
  return arms;
}

TEST(LearnedArms, TwoRejectionsAddTwiceTheFailRewardToBeta) {
  auto arms = arms_of(LearningSettings{});
  arms.contact(0, at(10), 1, 7);
  arms.contact(0, at(20), 2, 8);
  EXPECT_EQ(arms.alpha()[0], 1);
  EXPECT_EQ(arms.beta()[0], 1.2);
}

TEST(LearnedArms, AnAcceptedContactMovesFromBetaToAlpha) {
  auto arms = arms_of(LearningSettings{.success_reward = 2, .fail_reward = 0.5});
  arms.set_prior(0, {3, 4});
  arms.contact(0, at(10), 1, 7);
  EXPECT_EQ(arms.beta()[0], 4.5);
  arms.accept(0, at(10), 1);
  EXPECT_EQ(arms.alpha()[0], 5);
  EXPECT_EQ(arms.beta()[0], 4);
  EXPECT_EQ(arms.contacts()[0], 1);
  EXPECT_EQ(arms.accepted()[0], 1);
}

TEST(LearnedArms, ANewArmIsItsPriorAndKeepsWhatItLearnedWhenThePriorChanges) {
  auto arms = arms_of(LearningSettings{}, 2);
  EXPECT_THAT(arms.alpha(), ElementsAre(1, 1));
  arms.contact(1, at(10), 1, 7);
  arms.accept(1, at(10), 1);
  arms.resize(4);
  arms.set_prior(1, {10, 20});
  EXPECT_THAT(arms.alpha(), ElementsAre(1, 11, 1, 1));
  EXPECT_THAT(arms.beta(), ElementsAre(1, 20, 1, 1));
}

TEST(LearnedArms, AContactLeavesTheWindowWhenItIsExactlyAsOldAsTheWindowIsLong) {
  auto settings = all_count();
  settings.processing_window = Micros{100};
  auto arms = arms_of(settings);
  arms.contact(0, at(10), 1, 7);
  arms.accept(0, at(10), 1);
  arms.contact(0, at(20), 2, 7);
  arms.advance(at(109));
  EXPECT_EQ(arms.contacts()[0], 2);
  arms.advance(at(110));
  EXPECT_EQ(arms.contacts()[0], 1);
  EXPECT_EQ(arms.alpha()[0], 1);
  arms.contact(0, at(10), 3, 7);  // an import from before the window
  EXPECT_EQ(arms.contacts()[0], 1);
  arms.advance(at(50));  // time does not go back
  arms.contact(0, at(10), 4, 7);
  EXPECT_EQ(arms.contacts()[0], 1);
}

TEST(LearnedArms, TheCountKeepsTheNewestByDateThenPosition) {
  auto settings = all_count();
  settings.processing_count = 2;
  auto arms = arms_of(settings);
  arms.contact(0, at(10), 1, 7);
  arms.contact(0, at(10), 2, 7);
  arms.contact(0, at(10), 3, 7);
  arms.contact(0, at(5), 4, 7);  // older than both: not selected
  EXPECT_EQ(arms.contacts()[0], 2);
  arms.accept(0, at(10), 1);
  arms.accept(0, at(5), 4);
  EXPECT_EQ(arms.accepted()[0], 0);
  arms.accept(0, at(10), 2);
  arms.accept(0, at(10), 3);
  EXPECT_EQ(arms.accepted()[0], 2);
}

TEST(LearnedArms, AContactPastTheCapStillFillsAPlaceOfTheCount) {
  auto settings = all_count();
  settings.processing_count = 3;
  settings.interaction_count = 1;
  auto arms = arms_of(settings);
  arms.contact(0, at(10), 1, 8);
  arms.contact(0, at(20), 2, 7);
  arms.contact(0, at(30), 3, 7);
  EXPECT_EQ(arms.contacts()[0], 2);
  arms.contact(0, at(40), 4, 7);  // customer 8 leaves by the count, 7 has one contact
  EXPECT_EQ(arms.contacts()[0], 1);
}

TEST(LearnedArms, HoweverManyContactsArePastTheCapTheyFillTheCount) {
  auto settings = all_count();
  settings.processing_count = 40;
  settings.interaction_count = 1;
  auto arms = arms_of(settings);
  arms.contact(0, at(1), 1, 8);
  for (int i = 2; i <= 40; ++i) arms.contact(0, at(i), static_cast<LogPosition>(i), 7);
  EXPECT_EQ(arms.contacts()[0], 2);
  arms.contact(0, at(41), 41, 7);
  EXPECT_EQ(arms.contacts()[0], 1);
}

TEST(LearnedArms, TheLatestContactOfACustomerWeighsOneAndEachEarlierOneLessByGamma) {
  auto settings = all_count();
  settings.decay_gamma = 2;
  auto arms = arms_of(settings);
  arms.contact(0, at(30), 1, 7);
  arms.contact(0, at(10), 2, 7);  // an import of an older date
  arms.contact(0, at(20), 3, 7);
  arms.contact(0, at(40), 4, 8);
  EXPECT_EQ(arms.contacts()[0], 1 + 0.5 + 0.25 + 1);
  arms.accept(0, at(10), 2);
  EXPECT_EQ(arms.accepted()[0], 0.25);
  arms.contact(0, at(50), 5, 7);
  EXPECT_EQ(arms.accepted()[0], 0.125);
}

TEST(LearnedArms, TheLearningRewardMultipliesTheWeight) {
  auto arms = arms_of(all_count());
  arms.contact(0, at(10), 1, 7, 2.5);
  arms.contact(0, at(20), 2, 7, 0);
  arms.contact(0, at(30), 3, 7, 2.5);
  EXPECT_EQ(arms.contacts()[0], 5);
  arms.accept(0, at(20), 2);
  EXPECT_EQ(arms.accepted()[0], 0);
  arms.accept(0, at(10), 1);
  EXPECT_EQ(arms.accepted()[0], 2.5);
}

TEST(LearnedArms, AfterAResetOutcomesOfEarlierContactsDoNotCount) {
  auto windowed = all_count();
  windowed.processing_window = Micros{1000};
  for (const auto& settings : {all_count(), windowed}) {
    auto arms = arms_of(settings);
    arms.set_prior(0, {2, 3});
    arms.contact(0, at(10), 1, 7);
    arms.reset();
    EXPECT_EQ(arms.beta()[0], 3);
    arms.contact(0, at(20), 2, 7);
    arms.accept(0, at(10), 1);
    EXPECT_EQ(arms.alpha()[0], 2);
    arms.accept(0, at(20), 2);
    EXPECT_EQ(arms.alpha()[0], 3);
  }
}

TEST(LearnedArms, KeepsCountersOnlyWhenNothingCanDropOut) {
  auto arms = arms_of(all_count());
  const auto before = arms.memory_bytes();
  for (int i = 1; i <= 100'000; ++i) arms.contact(0, at(i), static_cast<LogPosition>(i), 7);
  EXPECT_LT(arms.memory_bytes() - before, 1000u);
}

TEST(LearnedArms, RemembersAContactInTheWindowInSixteenBytesAndAQuarterOfSlack) {
  auto settings = all_count();
  settings.processing_window = Micros{1'000'000};
  auto arms = arms_of(settings);
  for (int i = 1; i <= 100'000; ++i) arms.contact(0, at(i), static_cast<LogPosition>(i), 7);
  EXPECT_LT(arms.memory_bytes(), 100'000u * 20 + 1000);
  arms.advance(at(1'100'000));
  EXPECT_LT(arms.memory_bytes(), 2000u);
}

TEST(LearnedArms, RemembersOnlyTheContactsOfACapThatHasNoCount) {
  auto settings = all_count();
  settings.interaction_count = 2;
  auto arms = arms_of(settings);
  for (int i = 1; i <= 100'000; ++i)
    arms.contact(0, at(i), static_cast<LogPosition>(i), static_cast<std::uint64_t>(i % 10));
  EXPECT_EQ(arms.contacts()[0], 20);
  EXPECT_LT(arms.memory_bytes(), 5000u);
}

TEST(LearnedArms, HoldsMoreRewardThanSixtyFourBitsOfFixedPoint) {
  auto arms = arms_of(all_count());
  for (int i = 1; i <= 5'000'000; ++i) arms.contact(0, at(i), static_cast<LogPosition>(i), 7, 1000);
  EXPECT_EQ(arms.contacts()[0], 5e9);
}

// --- checkpoints

LearnedArms busy_arms(const LearningSettings& settings) {
  auto arms = arms_of(settings, 3);
  arms.set_prior(1, {5, 6});
  for (LogPosition i = 1; i <= 50; ++i) {
    const auto option = static_cast<OptionId>(i % 3);
    arms.contact(option, at(static_cast<std::int64_t>(i * 37 % 60)), i, i % 4, i > 40 ? 0.5 : 1);
    if (i % 5 == 0) arms.accept(option, at(static_cast<std::int64_t>(i * 37 % 60)), i);
  }
  return arms;
}

std::vector<LearningSettings> kinds_of_settings() {
  auto queue = all_count();
  queue.processing_count = 10;
  auto customers = queue;
  customers.decay_gamma = 1.5;
  return {all_count(), queue, customers};
}

TEST(LearnedArms, ACheckpointDoesNotHoldPriors) {
  for (const auto& settings : kinds_of_settings()) {
    const auto arms = busy_arms(settings);
    auto other = arms_of(settings, 5);
    other.set_prior(1, {50, 60});
    ASSERT_TRUE(other.decode(arms.encode()));
    EXPECT_EQ(other.alpha()[1], arms.alpha()[1] + 45);
    EXPECT_EQ(other.contacts()[2], arms.contacts()[2]);
    EXPECT_EQ(other.alpha().size(), 5u);
    EXPECT_EQ(other.contacts()[4], 0);
  }
}

TEST(LearnedArms, ACheckpointWithOtherSettingsIsRefused) {
  const auto state = busy_arms(kinds_of_settings()[1]).encode();
  LearnedArms other(kinds_of_settings()[2]);
  const auto status = other.decode(state);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("other learning settings"));
}

TEST(LearnedArms, ACheckpointOfANewerFormatIsRefusedByItsVersion) {
  auto state = busy_arms(all_count()).encode();
  state[0] = 9;
  const auto status = LearnedArms(all_count()).decode(state);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("version 9"));
}

TEST(LearnedArms, ATruncatedCheckpointIsRefusedAndChangesNothing) {
  for (const auto& settings : kinds_of_settings()) {
    const auto state = busy_arms(settings).encode();
    auto arms = busy_arms(settings);
    for (std::size_t size = 0; size < state.size(); ++size) {
      EXPECT_FALSE(arms.decode(state.substr(0, size))) << size;
    }
    EXPECT_FALSE(arms.decode(state + '\0'));
    EXPECT_EQ(arms.encode(), state);
  }
}

TEST(LearnedArms, ADamagedCheckpointIsRefusedOrReadAsArmsThatAreInOrder) {
  base::RandomStream random(4, 0);
  for (const auto& settings : kinds_of_settings()) {
    const auto state = busy_arms(settings).encode();
    for (int i = 0; i < 20'000; ++i) {
      auto damaged = state;
      damaged[random.below(damaged.size())] ^= static_cast<char>(1 + random.below(255));
      LearnedArms arms(settings);
      if (!arms.decode(damaged)) continue;
      for (OptionId option = 0; option < arms.contacts().size(); ++option) {
        ASSERT_GE(arms.accepted()[option], 0);
        ASSERT_GE(arms.contacts()[option], arms.accepted()[option]);
      }
      if (arms.contacts().empty()) continue;
      arms.contact(0, at(1000), 1000, 1);
      arms.accept(0, at(1000), 1000);
      arms.advance(at(1'000'000));
    }
  }
}

// --- against a recomputation from the definition

struct Event {
  enum { contact, accept, advance, reset } kind;
  OptionId option = 0;
  Time date = {};  // of the contact; of an advance: now
  LogPosition position = 0;
  std::uint64_t customer = 0;
  double weight = 1;
};

struct Arm {
  double contacts, accepted, alpha, beta;
  bool operator==(const Arm&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Arm& arm) {
  return out << arm.contacts << " contacts, " << arm.accepted << " accepted, Beta(" << arm.alpha << ", " << arm.beta
             << ')';
}

// Drops all but the newest `count` (0: none) of `contacts`, which stand oldest first.
void keep_newest(std::vector<Event>& contacts, std::uint64_t count) {
  if (count > 0 && contacts.size() > count)
    contacts.erase(contacts.begin(), contacts.end() - static_cast<std::ptrdiff_t>(count));
}

// The selected contacts of one option with their weights in multiples of 2^-32, from the whole history.
std::vector<std::pair<Event, base::Int128>> selected(const std::vector<Event>& history,
                                                     const LearningSettings& settings, OptionId option) {
  Time now = Time::min();
  std::vector<Event> contacts;
  for (const auto& event : history) {
    if (event.kind == Event::reset) contacts.clear();
    if (event.kind == Event::advance) now = std::max(now, event.date);
    if (event.kind == Event::contact && event.option == option) contacts.push_back(event);
  }
  if (settings.processing_window.count() > 0 && now != Time::min()) {
    std::erase_if(contacts, [&](const Event& c) { return c.date <= now - settings.processing_window; });
  }
  std::sort(contacts.begin(), contacts.end(),
            [](const Event& a, const Event& b) { return std::tie(a.date, a.position) < std::tie(b.date, b.position); });
  keep_newest(contacts, settings.processing_count);
  std::map<std::uint64_t, std::vector<Event>> of_customer;
  for (const auto& c : contacts) of_customer[c.customer].push_back(c);
  std::vector<std::pair<Event, base::Int128>> weighted;
  for (auto& [customer, own] : of_customer) {
    keep_newest(own, settings.interaction_count);
    for (std::size_t i = 0; i < own.size(); ++i) {
      const double decay = std::pow(settings.decay_gamma, -static_cast<double>(own.size() - 1 - i));
      weighted.emplace_back(own[i], std::llround(own[i].weight * decay * 4294967296.0));
    }
  }
  return weighted;
}

Arm recomputed(const std::vector<Event>& history, const LearningSettings& settings, OptionId option) {
  base::Int128 contacts = 0;
  base::Int128 accepted = 0;
  for (const auto& [contact, weight] : selected(history, settings, option)) {
    contacts += weight;
    for (const auto& event : history) {
      const bool its_outcome = event.kind == Event::accept && event.option == option && event.date == contact.date &&
                               event.position == contact.position;
      if (its_outcome) accepted += weight;
    }
  }
  const double all = static_cast<double>(contacts) / 4294967296.0;
  const double good = static_cast<double>(accepted) / 4294967296.0;
  const double alpha_zero = 1 + option;
  const double beta_zero = 2 + option;
  return {all, good, alpha_zero + settings.success_reward * good, beta_zero + settings.fail_reward * (all - good)};
}

template <class T>
T one_of(base::RandomStream& random, std::initializer_list<T> values) {
  return values.begin()[random.below(values.size())];
}

LearningSettings random_settings(base::RandomStream& random) {
  LearningSettings settings;
  settings.success_reward = one_of(random, {1.0, 0.3, 2.0});
  settings.fail_reward = one_of(random, {0.1, 1.0, 0.0});
  settings.processing_window = Micros{one_of(random, {0, 0, 10, 50})};
  settings.processing_count = one_of<std::uint64_t>(random, {0, 0, 1, 2, 5, 20, 60});
  settings.interaction_count = one_of<std::uint64_t>(random, {0, 0, 1, 2, 4});
  settings.decay_gamma = one_of(random, {1.0, 1.0, 1.0001, 1.5, 1e6, 1e15});
  return settings;
}

// One random history, applied event by event.
class History {
 public:
  History(std::uint64_t seed, OptionId options)
      : random_(seed, 1), settings_(random_settings(random_)), options_(options), arms_(settings_) {
    customers_ = one_of<std::uint64_t>(random_, {1, 3, 40});
    mixed_rewards_ = random_.below(3) == 0;
    imports_ = random_.below(2) == 0;
    prepare(arms_);
  }

  void step() {
    const auto die = random_.below(100);
    if (die < 60 || contacts_.empty()) return contact();
    if (die < 85) return accept();
    if (die < 94) return advance();
    if (die < 97) return reload();
    if (die == 97) apply({.kind = Event::reset});
  }

  void check() const {
    for (OptionId option = 0; option < options_; ++option) {
      const Arm arm{arms_.contacts()[option], arms_.accepted()[option], arms_.alpha()[option], arms_.beta()[option]};
      ASSERT_EQ(arm, recomputed(events_, settings_, option))
          << "option " << option << " after " << events_.size() << " events";
    }
  }

 private:
  void prepare(LearnedArms& arms) const {
    arms.resize(options_);
    for (OptionId option = 0; option < options_; ++option) arms.set_prior(option, {1.0 + option, 2.0 + option});
  }

  void contact() {
    const auto option = static_cast<OptionId>(random_.below(options_));
    const auto back = static_cast<std::int64_t>(imports_ ? random_.below(40) : 0);
    const double reward = mixed_rewards_ ? one_of(random_, {0.0, 1.0 / 3, 1.0, 2.5, 1000.0}) : 0.5 + option;
    apply({Event::contact, option, at(now_ - back), ++position_, random_.below(customers_), reward});
    contacts_.push_back(events_.back());
  }

  void accept() {
    const auto which = contacts_.begin() + static_cast<std::ptrdiff_t>(random_.below(contacts_.size()));
    apply({.kind = Event::accept, .option = which->option, .date = which->date, .position = which->position});
    contacts_.erase(which);  // each outcome is reported once
  }

  void advance() {
    now_ += static_cast<std::int64_t>(random_.below(10));
    apply({.kind = Event::advance, .date = at(now_)});
  }

  void reload() {
    LearnedArms decoded(settings_);
    prepare(decoded);
    ASSERT_TRUE(decoded.decode(arms_.encode()));
    arms_ = std::move(decoded);
  }

  void apply(const Event& e) {
    events_.push_back(e);
    switch (e.kind) {
      case Event::contact:
        return arms_.contact(e.option, e.date, e.position, e.customer, e.weight);
      case Event::accept:
        return arms_.accept(e.option, e.date, e.position);
      case Event::advance:
        return arms_.advance(e.date);
      case Event::reset:
        return arms_.reset();
    }
  }

  base::RandomStream random_;
  LearningSettings settings_;
  OptionId options_;
  LearnedArms arms_;
  std::uint64_t customers_;
  bool mixed_rewards_;
  bool imports_;
  std::int64_t now_ = 1000;
  LogPosition position_ = 0;
  std::vector<Event> events_;
  std::vector<Event> contacts_;  // not accepted yet
};

TEST(LearnedArms, IncrementalStateEqualsARecomputationOverThousandsOfRandomHistories) {
  for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    History history(seed, static_cast<OptionId>(1 + seed % 3));
    const int events = seed % 100 == 0 ? 1000 : 120;
    for (int i = 0; i < events; ++i) {
      history.step();
      if (i % 7 == 0) history.check();
      if (testing::Test::HasFatalFailure()) return;
    }
    history.check();
  }
}

}  // namespace
}  // namespace proffer::bandit
