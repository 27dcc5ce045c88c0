#include "gbdt/importance.h"

#include <gtest/gtest.h>

namespace proffer::gbdt {
namespace {

Model model_with(std::vector<Split> splits, std::vector<double> values, std::vector<double> weights) {
  Model model;
  model.numbers.push_back({"price", 1, MissingNumber::none, false, {1}});
  model.categories.push_back({"colour", 0});
  model.categories.push_back({"size", 2});
  model.one_hots.push_back({0, {7}});
  model.tables.push_back({{{0, 1}, {}, {}}, StatisticKind::borders, 2, 0, {}, {}, {}, {}});
  model.statistics.push_back({0, 0, 0, 1, 0, 1, {0.5f}});
  model.trees.push_back({std::move(splits), std::move(values), std::move(weights)});
  return model;
}

// Price: pairs (0, 2) of weights 1, 3 (mean 1.5: 2.25 + 0.75 = 3) and (0, 4) of 1, 1 (4 + 4 = 8): 11. Colour: pairs
// (0, 0) and (2, 4) of 3, 1 (mean 2.5: 0.75 + 2.25 = 3): 3. So 11 / 14 and 3 / 14.
TEST(Importance, IsTheChangeThatEachQuestionMakes) {
  const auto shares =
      importances(model_with({{Split::Kind::number, 0, 0}, {Split::Kind::one_hot, 0, 0}}, {0, 2, 0, 4}, {1, 3, 1, 1}));
  ASSERT_TRUE(shares);
  ASSERT_EQ(shares->size(), 3u);
  EXPECT_EQ((*shares)[0].name, "colour");
  EXPECT_NEAR((*shares)[0].share, 300.0 / 14, 1e-12);
  EXPECT_EQ((*shares)[1].name, "price");
  EXPECT_NEAR((*shares)[1].share, 1100.0 / 14, 1e-12);
  EXPECT_EQ((*shares)[2].share, 0);
}

TEST(Importance, OfACombinationIsSharedEqually) {
  const auto shares = importances(model_with({{Split::Kind::statistic, 0, 0}}, {0, 2}, {1, 1}));
  ASSERT_TRUE(shares);
  EXPECT_DOUBLE_EQ((*shares)[0].share, 50);
  EXPECT_DOUBLE_EQ((*shares)[2].share, 50);
}

TEST(Importance, OfAModelThatSplitsNothingIsNone) {
  const auto shares = importances(model_with({}, {3}, {9}));
  ASSERT_TRUE(shares);
  for (const auto& feature : *shares) EXPECT_EQ(feature.share, 0);
}

TEST(Importance, NeedsTheWeightsOfLeaves) {
  EXPECT_FALSE(importances(model_with({{Split::Kind::number, 0, 0}}, {0, 2}, {})));
}

}  // namespace
}  // namespace proffer::gbdt
