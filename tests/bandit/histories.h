// Histories for tests of models: slates and outcomes in the order of a log.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bandit/model.h"
#include "base/random.h"

namespace proffer::bandit {

inline base::Time at(std::int64_t micros) { return base::Time{base::Micros{micros}}; }

struct TestSlate {
  std::int64_t date = 0;  // micros
  decision::LogPosition position = 0;
  std::uint64_t customer = 0;
  std::vector<std::string> features = {};
  std::vector<decision::OptionId> shown = {};
  std::vector<decision::OptionId> accepted = {};
  double reward = 1;  // in learning
};

inline void tell_contact(Model& model, const TestSlate& slate) {
  std::vector<decision::ShownOffer> shown;
  for (const auto option : slate.shown) {
    decision::ShownOffer offer;
    offer.option = option;
    offer.learning_reward = slate.reward;
    shown.push_back(offer);
  }
  model.contact({at(slate.date), slate.position, {slate.customer, slate.features}, shown});
}

inline void tell_outcome(Model& model, const TestSlate& slate) {
  for (const auto option : slate.accepted) model.accept(option, at(slate.date), slate.position);
}

// Each outcome right after its slate.
inline void tell(Model& model, const std::vector<TestSlate>& slates) {
  for (const auto& slate : slates) {
    tell_contact(model, slate);
    tell_outcome(model, slate);
  }
}

inline decision::Campaign campaign_of_all_contacts() {
  decision::Campaign campaign;
  campaign.learning.processing_window = base::Micros{0};
  campaign.learning.processing_count = 0;
  return campaign;
}

// A log of `size` decisions of few customers, options and feature values: dates mostly grow, rewards vary.
inline std::vector<TestSlate> random_history(base::RandomStream& random, std::size_t size, decision::OptionId options,
                                             std::size_t features) {
  std::vector<TestSlate> slates;
  for (std::size_t i = 0; i < size; ++i) {
    TestSlate slate;
    slate.position = i + 1;
    slate.date = static_cast<std::int64_t>(10 * i + random.below(random.below(8) == 0 ? 200 : 10));
    slate.customer = random.below(4);
    for (std::size_t f = 0; f < features; ++f)
      slate.features.push_back(random.below(4) == 0 ? "" : std::string(1, static_cast<char>('a' + random.below(3))));
    slate.reward = random.below(5) == 0 ? 0.3 : 1;
    const std::size_t places = 1 + random.below(options);
    while (slate.shown.size() < places) {
      const auto option = static_cast<decision::OptionId>(random.below(options));
      if (std::ranges::find(slate.shown, option) == slate.shown.end()) slate.shown.push_back(option);
    }
    for (const auto option : slate.shown) {
      if (random.below(3) == 0) slate.accepted.push_back(option);
    }
    slates.push_back(std::move(slate));
  }
  return slates;
}

// By the rule of history_model.h, from all of them.
inline std::vector<TestSlate> selected_of(std::vector<TestSlate> slates, const decision::LearningSettings& learning,
                                          std::int64_t now) {
  std::ranges::sort(slates, [](const TestSlate& a, const TestSlate& b) {
    return std::pair(a.date, a.position) > std::pair(b.date, b.position);
  });
  std::vector<TestSlate> selected;
  std::size_t contacts = 0;
  for (const auto& slate : slates) {
    const bool outside =
        learning.processing_window.count() > 0 && slate.date <= now - learning.processing_window.count();
    contacts += slate.shown.size();
    const bool fits = learning.processing_count == 0 || contacts <= learning.processing_count || selected.empty();
    if (outside || !fits) break;
    selected.push_back(slate);
  }
  std::ranges::reverse(selected);
  return selected;
}

inline std::string encoded(const Model& model) {
  std::string state;
  base::ByteWriter out(state);
  model.encode(out);
  return state;
}

inline bool decode_from(Model& model, std::string_view state) {
  base::ByteReader in(state);
  return model.decode(in) && in.ok() && in.at_end();
}

inline std::vector<double> predicted(const Model& model, const Moment& moment,
                                     const std::vector<decision::OptionId>& options) {
  std::vector<double> values(options.size());
  model.predict(moment, options, values);
  return values;
}

// Whether they know the same, bit for bit, for some customers and features.
inline bool say_the_same(const Model& a, const Model& b, decision::OptionId options, std::size_t features,
                         base::RandomStream& random) {
  for (std::uint64_t customer = 0; customer < 5; ++customer) {
    std::vector<std::string> known;
    for (std::size_t f = 0; f < features; ++f)
      known.push_back(std::string(1, static_cast<char>('a' + random.below(4))));
    std::vector<decision::OptionId> asked;
    for (decision::OptionId option = 0; option < options; ++option) asked.push_back(option);
    const Moment moment{customer, known};
    const auto first = predicted(a, moment, asked);
    const auto second = predicted(b, moment, asked);
    const auto same = [](double x, double y) {
      return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
    };
    if (!std::ranges::equal(first, second, same)) return false;
  }
  return true;
}

// Random histories under several rules, told as they happen (outcomes later, needless advances, a checkpoint halfway,
// resets) and told again from the log: both must know the same, bit for bit. Calls check(model, selected, now) with the
// slates that count by the rule, with their outcomes.
template <class Make, class Check>
void expect_a_fold(Make make, const decision::Campaign& base_campaign, Check check) {
  constexpr decision::OptionId options = 5;
  const std::size_t features = base_campaign.features.size();
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    base::RandomStream random(seed, 1);
    decision::Campaign campaign = base_campaign;
    campaign.learning.processing_window = base::Micros{random.below(2) == 0 ? 0 : 400};
    campaign.learning.processing_count = random.below(2) == 0 ? 0 : 5 + random.below(40);
    const auto log = random_history(random, 120, options, features);
    auto live = make(campaign);
    auto again = make(campaign);
    const std::size_t reset_at = random.below(3) == 0 ? 30 : log.size();
    std::int64_t now = 0;
    std::vector<TestSlate> since;
    for (std::size_t i = 0; i < log.size(); ++i) {
      if (i == reset_at) {
        live->reset();
        again->reset();
        since.clear();
      }
      now = static_cast<std::int64_t>(10 * i);
      for (Model* model : {live.get(), again.get()}) {
        model->advance(at(now));
        tell_contact(*model, log[i]);
      }
      if (random.below(3) == 0) live->advance(at(now + 5));
      if (const std::size_t late = random.below(4); late <= i && i - late >= (i >= reset_at ? reset_at : 0)) {
        tell_outcome(*live, log[i - late]);
        tell_outcome(*again, log[i - late]);
        std::erase_if(since, [&](const auto& slate) { return slate.position == log[i - late].position; });
        since.push_back(log[i - late]);
      }
      if (std::ranges::find(since, log[i].position, &TestSlate::position) == since.end()) {
        since.push_back(log[i]);
        since.back().accepted.clear();
      }
      if (i == 60) {
        auto restored = make(campaign);
        ASSERT_TRUE(decode_from(*restored, encoded(*live))) << "seed " << seed;
        live = std::move(restored);
      }
    }
    now += 5;
    live->advance(at(now));
    again->advance(at(now));
    ASSERT_TRUE(say_the_same(*live, *again, options, features, random)) << "seed " << seed;
    ASSERT_TRUE(encoded(*live) == encoded(*again)) << "seed " << seed;
    check(*live, campaign, selected_of(since, campaign.learning, now), seed);
  }
}

}  // namespace proffer::bandit
