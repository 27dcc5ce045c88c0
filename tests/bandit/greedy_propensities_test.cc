#include "bandit/greedy_propensities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "bandit/arms.h"
#include "bandit/valued_policy.h"

namespace proffer::bandit {
namespace {

TestArm warm(double accepted, double contacts) { return {1, 1, contacts, accepted}; }
TestArm cold() { return {1, 1, 0, 0}; }

Propensities by_take_up(const TestCandidates& candidates, const std::vector<std::uint32_t>& shown) {
  std::vector<double> values(candidates.view().alpha.size());
  observed_take_ups(candidates.view(), values);
  return greedy_propensities(candidates.view(), values, shown, 1);
}

// By enumeration, tie orders and all orders of `cold` uniform scores included: the uniforms are looked at by which gap
// between the distinct take-ups each falls into; within a gap they, and within a tie the equals, are ordered at random.
// chance[candidate][place].
class Enumeration {
 public:
  explicit Enumeration(const std::vector<TestArm>& arms) : arms_(arms) {
    for (const TestArm& arm : arms) {
      if (arm.contacts > 0) values_.push_back(arm.accepted / arm.contacts);
    }
    std::ranges::sort(values_);
    values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
    chance_.assign(arms.size(), std::vector<double>(arms.size(), 0.0));
    level_.resize(arms.size());
    place(0, 1);
  }

  double slot(std::size_t candidate, std::size_t at) const { return chance_[candidate][at]; }
  double slate(std::size_t candidate, std::size_t places) const {
    return std::accumulate(chance_[candidate].begin(), chance_[candidate].begin() + static_cast<std::ptrdiff_t>(places),
                           0.0);
  }

 private:
  // Level 2i + 1 is the i-th take-up, level 2i the gap below it.
  void place(std::size_t i, double weight) {
    if (weight == 0) return;
    if (i == arms_.size()) return rank(weight);
    if (arms_[i].contacts > 0) {
      const double value = arms_[i].accepted / arms_[i].contacts;
      level_[i] = 2 * static_cast<std::size_t>(std::ranges::find(values_, value) - values_.begin()) + 1;
      return place(i + 1, weight);
    }
    for (std::size_t gap = 0; gap <= values_.size(); ++gap) {
      const double low = gap == 0 ? 0 : values_[gap - 1];
      const double high = gap == values_.size() ? 1 : values_[gap];
      level_[i] = 2 * gap;
      place(i + 1, weight * (high - low));
    }
  }

  void rank(double weight) {
    for (std::size_t i = 0; i < level_.size(); ++i) {
      const auto above = static_cast<std::size_t>(std::ranges::count_if(level_, [&](auto l) { return l > level_[i]; }));
      const auto equal = static_cast<std::size_t>(std::ranges::count(level_, level_[i]));
      for (std::size_t at = above; at < above + equal; ++at) chance_[i][at] += weight / static_cast<double>(equal);
    }
  }

  std::vector<TestArm> arms_;
  std::vector<double> values_;
  std::vector<std::size_t> level_;
  std::vector<std::vector<double>> chance_;
};

void expect_enumerated(const std::vector<TestArm>& arms, std::size_t places, std::string_view what) {
  const Enumeration expected(arms);
  const TestCandidates candidates(arms);
  for (std::uint32_t i = 0; i < arms.size(); ++i) {
    for (std::size_t place = 0; place < places; ++place) {
      const auto found = by_take_up(candidates, slate_with(i, place, places));
      EXPECT_NEAR(found.slot[place], std::max(1e-12, expected.slot(i, place)), 1e-11)
          << what << " " << i << " " << place;
      EXPECT_NEAR(found.slate[place], std::max(1e-12, expected.slate(i, places)), 1e-11) << what << " " << i;
      EXPECT_EQ(found.method, decision::PropensityMethod::closed_form);
    }
  }
}

TEST(GreedyPropensities, TheBestIsCertainAndTiesShare) {
  expect_enumerated({warm(3, 10), warm(1, 10), warm(1, 20)}, 2, "distinct");
  expect_enumerated({warm(0, 10), warm(0, 7), warm(0, 20), warm(1, 9)}, 3, "ties");
  expect_enumerated({cold(), cold(), cold(), cold()}, 2, "cold");
}

// A new arm beats one with take-up 1/4 with chance 3/4.
TEST(GreedyPropensities, NewArmBeatsTakeUpByItsComplement) {
  const TestCandidates candidates(std::vector<TestArm>{warm(1, 4), cold()});
  EXPECT_NEAR(by_take_up(candidates, {1}).slot[0], 0.75, 1e-12);
  EXPECT_NEAR(by_take_up(candidates, {0}).slot[0], 0.25, 1e-12);
}

TEST(GreedyPropensities, AgreeWithEnumerationOnRandomArms) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    base::RandomStream random(seed, 1);
    std::vector<TestArm> arms;
    const std::size_t count = 2 + random.below(6);
    for (std::size_t i = 0; i < count; ++i) {
      const auto contacts = static_cast<double>(random.below(5));
      arms.push_back(warm(
          contacts > 0 ? static_cast<double>(random.below(static_cast<std::uint64_t>(contacts) + 1)) : 0, contacts));
    }
    expect_enumerated(arms, 1 + random.below(count), "seed " + std::to_string(seed));
  }
}

// A mixture is the mean over which arm speaks, for each of its candidates.
TEST(GreedyPropensities, MixturesAreMeansOverTheSpeakers) {
  const std::vector<std::vector<TestArm>> mixture{
      {warm(1, 4), cold()}, {warm(1, 4), warm(1, 2), warm(0, 9)}, {cold()}, {warm(1, 4)}};
  const TestCandidates candidates(mixture);
  for (std::uint32_t i = 0; i < mixture.size(); ++i) {
    for (std::size_t place = 0; place < 3; ++place) {
      double slot = 0;
      double slate = 0;
      for (const TestArm& a : mixture[0]) {
        for (const TestArm& b : mixture[1]) {
          const Enumeration one({a, b, mixture[2][0], mixture[3][0]});
          slot += one.slot(i, place) / 6;
          slate += one.slate(i, 3) / 6;
        }
      }
      const auto found = by_take_up(candidates, slate_with(i, place, 3));
      EXPECT_EQ(found.method, decision::PropensityMethod::quadrature);
      EXPECT_NEAR(found.slot[place], slot, 1e-10) << i << " " << place;
      EXPECT_NEAR(found.slate[place], slate, 1e-10) << i << " " << place;
    }
  }
}

TEST(GreedyPropensities, TenThousandColdArmsShareEvenly) {
  const TestCandidates candidates(std::vector<TestArm>(10'000, cold()));
  const auto found = by_take_up(candidates, {4, 3, 9'999});
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(found.slot[i], 1e-4, 1e-12);
    EXPECT_NEAR(found.slate[i], 3e-4, 1e-12);
  }
}

TEST(GreedyPropensities, DearMixturesAreCountedAndSaySo) {
  std::vector<std::vector<TestArm>> many;
  for (int i = 0; i < 3'000; ++i) many.push_back({cold(), warm(i, 9'000)});
  const TestCandidates candidates(many);
  const auto found = by_take_up(candidates, {5, 6, 7});
  EXPECT_EQ(found.method, decision::PropensityMethod::draws);
  EXPECT_GT(found.draws, 0u);
  EXPECT_GT(found.slot[0], 0);
}

}  // namespace
}  // namespace proffer::bandit
