#include "calibration/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace proffer::calibration {
namespace {

using Values = std::vector<double>;
using Classes = std::vector<std::uint8_t>;

// Of the 2 * 3 pairs the positive stands above in 5 and beside in 1: 5.5 / 6.
TEST(Auc, CountsPairsAndHalfOfTies) {
  EXPECT_DOUBLE_EQ(*auc(Values{0.1, 0.4, 0.4, 0.8, 0.3}, Classes{0, 0, 1, 1, 0}), 5.5 / 6);
  EXPECT_DOUBLE_EQ(*auc(Values{1, 2}, Classes{0, 1}), 1);
  EXPECT_DOUBLE_EQ(*auc(Values{2, 1}, Classes{0, 1}), 0);
  EXPECT_DOUBLE_EQ(*auc(Values{5, 5, 5}, Classes{0, 1, 1}), 0.5);
}

TEST(Auc, IsNotDefinedWithOneClass) {
  EXPECT_FALSE(auc(Values{1, 2}, Classes{1, 1}));
  EXPECT_FALSE(auc(Values{}, Classes{}));
}

TEST(Auc, AgreesWithCountingEveryPair) {
  base::RandomStream chance(1, 1);
  Values scores;
  Classes labels;
  for (int i = 0; i < 300; ++i) {
    scores.push_back(static_cast<double>(chance.below(40)));
    labels.push_back(chance.below(3) == 0);
  }
  double won = 0, pairs = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    for (std::size_t j = 0; j < scores.size(); ++j) {
      if (labels[i] != 1 || labels[j] != 0) continue;
      won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
      ++pairs;
    }
  }
  EXPECT_NEAR(*auc(scores, labels), won / pairs, 1e-12);
}

TEST(Logloss, IsTheMeanOfMinusTheLogOfWhatHappened) {
  EXPECT_DOUBLE_EQ(logloss(Values{0.5, 0.25}, Classes{1, 0}), -(std::log(0.5) + std::log(0.75)) / 2);
  EXPECT_NEAR(logloss(Values{0}, Classes{1}), -std::log(1e-15), 1e-12);
  EXPECT_EQ(logloss(Values{}, Classes{}), 0);
}

TEST(Brier, IsTheMeanSquareAndItsBaselineThatOfTheBaseRate) {
  EXPECT_DOUBLE_EQ(brier(Values{0.5, 0.25}, Classes{1, 0}), (0.25 + 0.0625) / 2);
  EXPECT_DOUBLE_EQ(brier_baseline(Classes{1, 0, 0, 0}), 0.1875);
  EXPECT_DOUBLE_EQ(brier_baseline(Classes{1, 0}), 0.25);
}

// Two bins with rows: 0.1 to 0.2 (mean 0.15, none positive), 0.9 to 1 (mean 0.95, half positive).
TEST(Ece, WeighsTheGapOfEachBinByItsRows) {
  const Values p{0.1, 0.2 - 1e-9, 0.9, 1.0};
  const Classes y{0, 0, 1, 0};
  EXPECT_NEAR(ece(p, y), 0.5 * 0.15 + 0.5 * 0.45, 1e-8);
  const auto bins = reliability(p, y);
  ASSERT_EQ(bins.size(), 10u);
  EXPECT_EQ(bins[1].rows, 2u);
  EXPECT_EQ(bins[9].rows, 2u);
  EXPECT_DOUBLE_EQ(bins[9].positive_share, 0.5);
  EXPECT_EQ(bins[5].rows, 0u);
}

// The numbers of scikit-learn 1.9.1 for 16 rows.
TEST(Metrics, AgreeWithScikitLearn) {
  const Values raw{-3, -2.5, -2, -1.5, -1, -0.5, -0.5, 0, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4};
  const Classes y{0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1};
  Values p;
  for (const double z : raw) p.push_back(1 / (1 + std::exp(-z)));
  EXPECT_NEAR(*auc(p, y), 0.7421875, 1e-12);
  EXPECT_NEAR(logloss(p, y), 0.6717267253573376, 1e-12);
  EXPECT_NEAR(brier(p, y), 0.21869032287445517, 1e-12);
  EXPECT_NEAR(ece(p, y), 0.2291656013828476, 1e-12);
}

}  // namespace
}  // namespace proffer::calibration
