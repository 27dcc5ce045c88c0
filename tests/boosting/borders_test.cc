#include "boosting/borders.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"

namespace proffer::boosting {
namespace {

constexpr float no_number = std::numeric_limits<float>::quiet_NaN();
using Floats = std::vector<float>;

// Four values: the middle is cut first (ln 2 + ln 2 - ln 4 = 0 beats ln 1 + ln 3 - ln 4), then either half.
TEST(Borders, CutTheLargestGainFirst) {
  EXPECT_EQ(greedy_log_sum_borders({4, 1, 3, 2}, 1), Floats{2.5f});
  EXPECT_EQ(greedy_log_sum_borders({4, 1, 3, 2}, 2), (Floats{1.5f, 2.5f}));
  EXPECT_EQ(greedy_log_sum_borders({4, 1, 3, 2}, 9), (Floats{1.5f, 2.5f, 3.5f}));
}

// 1 three times and 2 once: only the change of value can be cut.
TEST(Borders, LieWhereValuesChange) {
  EXPECT_EQ(greedy_log_sum_borders({1, 1, 2, 1}, 5), Floats{1.5f});
  EXPECT_EQ(greedy_log_sum_borders({7, 7, 7}, 5), Floats{});
  EXPECT_EQ(greedy_log_sum_borders({}, 5), Floats{});
  EXPECT_EQ(greedy_log_sum_borders({no_number, no_number}, 5), Floats{});
}

TEST(Borders, TellMissingNumbersFromAllOthers) {
  const auto borders = greedy_log_sum_borders({no_number, 1, 2}, 5);
  EXPECT_EQ(borders, (Floats{std::numeric_limits<float>::lowest(), 1.5f}));
  EXPECT_EQ(bins_of(Floats{no_number, 1, 2}, borders), (std::vector<std::uint8_t>{0, 1, 2}));
}

// The borders of the real CatBoost 1.2.10 (border_count 5) for the squares of 0 to 19.
TEST(Borders, AreThoseOfCatBoost) {
  Floats values;
  for (int i = 0; i < 20; ++i) values.push_back(static_cast<float>(i * i));
  EXPECT_EQ(greedy_log_sum_borders(values, 5), (Floats{2.5f, 20.5f, 42.5f, 90.5f, 210.5f}));
}

TEST(Borders, TellNeighbouringAndInfiniteFloatsApart) {
  const float a = 1, b = std::nextafter(1.0f, 2.0f), infinity = std::numeric_limits<float>::infinity();
  const auto borders = greedy_log_sum_borders({a, b, infinity, -infinity}, 10);
  EXPECT_EQ(bins_of(Floats{-infinity, a, b, infinity}, borders), (std::vector<std::uint8_t>{0, 1, 2, 3}));
}

TEST(Borders, RiseAndAreNoMoreThanAsked) {
  base::RandomStream chance(1, 1);
  for (int round = 0; round < 50; ++round) {
    Floats values;
    for (int i = 0; i < 400; ++i) values.push_back(static_cast<float>(chance.below(1 + chance.below(300))));
    const auto borders = greedy_log_sum_borders(values, 1 + chance.below(254));
    EXPECT_LE(borders.size(), 254u);
    for (std::size_t i = 1; i < borders.size(); ++i) EXPECT_LT(borders[i - 1], borders[i]);
  }
}

}  // namespace
}  // namespace proffer::boosting
