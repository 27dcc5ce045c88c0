#include "tuning/tpe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tuning/median_pruner.h"

namespace proffer::tuning {
namespace {

const Space space{{"x", Real{-5, 5}}, {"y", Real{1e-3, 10, true}}, {"k", Integer{1, 6}}, {"c", Choice{2}}};

// Least, 0, at x = 2, y = 0.1, k = 3, c = 1.
double bowl(const Point& p) {
  return std::pow(p[0] - 2, 2) + std::pow(std::log10(p[1]) + 1, 2) + std::abs(p[2] - 3) + (p[3] == 1 ? 0 : 2);
}

double best_of_search(int trials, std::uint64_t seed, bool guided) {
  std::vector<Trial> made;
  double best = 1e9;
  for (int i = 0; i < trials; ++i) {
    const auto seen = guided ? std::span<const Trial>(made) : std::span<const Trial>{};
    made.push_back({suggest(space, seen, guided ? seed : seed * 1'000 + static_cast<std::uint64_t>(i)),
                    Trial::State::complete,
                    0,
                    {}});
    made.back().value = bowl(made.back().point);
    best = std::min(best, made.back().value);
  }
  return best;
}

TEST(Suggest, StaysInTheSpaceAndIsAFunctionOfItsArguments) {
  std::vector<Trial> made;
  for (int i = 0; i < 60; ++i) {
    const auto point = suggest(space, made, 3);
    EXPECT_EQ(point, suggest(space, made, 3));
    ASSERT_EQ(point.size(), space.size());
    EXPECT_TRUE(point[0] >= -5 && point[0] <= 5 && point[1] >= 1e-3 && point[1] <= 10);
    EXPECT_TRUE(point[2] == std::round(point[2]) && point[2] >= 1 && point[2] <= 6);
    EXPECT_TRUE(point[3] == 0 || point[3] == 1);
    const auto state = i % 5 == 4 ? Trial::State::pruned : i % 7 == 6 ? Trial::State::running : Trial::State::complete;
    made.push_back({point, state, bowl(point), {1.0, bowl(point)}});
  }
}

// Of 60 pairs of searches of 50 trials, the guided one is better in nearly all; were both equal, 46 or more would be
// chance of 2e-5.
TEST(Suggest, FindsBetterPointsThanChance) {
  int better = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed)
    better += best_of_search(50, seed, true) < best_of_search(50, seed, false);
  EXPECT_GE(better, 46);
}

// Trials begun together keep apart: with one point seen as good, those under way push the next away from themselves.
TEST(Suggest, KeepsAwayFromTrialsUnderWay) {
  const Space line{{"x", Real{0, 1}}};
  std::vector<Trial> made;
  for (int i = 0; i < 20; ++i) {
    const double x = (i + 0.5) / 20;
    made.push_back({{x}, Trial::State::complete, std::abs(x - 0.5), {}});
  }
  double alone = 0, together = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    alone += std::abs(suggest(line, made, seed)[0] - 0.5);
    auto begun = made;
    for (int i = 0; i < 20; ++i) begun.push_back({{0.5}, Trial::State::running, 0, {}});
    together += std::abs(suggest(line, begun, seed)[0] - 0.5);
  }
  EXPECT_GT(together, 1.5 * alone);
}

Trial complete(std::vector<double> steps) { return {{}, Trial::State::complete, steps.back(), steps}; }

TEST(MedianPruner, ComparesTheBestSoFarWithTheMedianOfTheOthers) {
  const std::vector<Trial> seen{complete({9, 5, 1}), complete({8, 4, 2}),
                                complete({7, 3}),    complete({6, 2, 3}),
                                complete({5, 1, 4}), {{}, Trial::State::pruned, 0, {100, 100, 100}}};
  const MedianPruner pruner(seen);  // medians 7, 3, 2.5
  EXPECT_FALSE(pruner.prunes(std::vector<double>{7}));
  EXPECT_TRUE(pruner.prunes(std::vector<double>{7.5}));
  EXPECT_FALSE(pruner.prunes(std::vector<double>{3, 9})) << "its best counts";
  EXPECT_TRUE(pruner.prunes(std::vector<double>{4, 3.5}));
  EXPECT_TRUE(pruner.prunes(std::vector<double>{4, 3, 2.6}));
  EXPECT_FALSE(pruner.prunes(std::vector<double>{9, 9, 9, 9})) << "nobody came so far";
  EXPECT_FALSE(pruner.prunes(std::vector<double>{}));
}

TEST(MedianPruner, LeavesTheWarmUpAlone) {
  const std::vector<Trial> seen(5, complete({1, 1, 1}));
  const MedianPruner pruner(seen, 2);
  EXPECT_FALSE(pruner.prunes(2, 9));
  EXPECT_TRUE(pruner.prunes(3, 9));
}

TEST(MedianPruner, WaitsForFiveTrials) {
  const std::vector<Trial> seen(4, complete({1, 1}));
  EXPECT_FALSE(MedianPruner(seen).prunes(std::vector<double>{100}));
}

}  // namespace
}  // namespace proffer::tuning
