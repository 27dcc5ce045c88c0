#include "gbdt/statistic.h"

#include <gtest/gtest.h>

#include <limits>

#include "gbdt/city_hash.h"

namespace proffer::gbdt {
namespace {

Model two_features() {
  Model model;
  model.numbers.push_back({"price", 0, MissingNumber::smallest, false, {1, 2}});
  model.categories.push_back({"colour", 1});
  return model;
}

// 3 of 4 rows with "red" were good: 15 * ((3 + 0.5) / (4 + 1) + 0) = 10.5.
TEST(Statistic, IsTheSmoothedShareOfGoodRows) {
  Model model = two_features();
  const std::uint64_t red = combine_hash(0, static_cast<std::uint64_t>(std::int64_t{category_hash("red")}));
  StatisticTable table{{{0}, {}, {}}, StatisticKind::borders, 2, 0, {{red, 0}}, {1, 3}, {}, {}};
  model.tables.push_back(table);
  const StatisticFeature feature{0, 0, 0.5f, 1, 0, 15, {}};
  const float numbers[] = {0};
  const std::int32_t categories[] = {category_hash("red")};
  const auto hash = projection_hash(model, table.projection, {numbers, categories});
  EXPECT_EQ(hash, red);
  EXPECT_FLOAT_EQ(statistic_value(model, feature, hash), 10.5f);
  EXPECT_FLOAT_EQ(statistic_value(model, feature, hash + 1), 7.5f);  // never seen: 15 * 0.5 / 1
}

TEST(Statistic, OfEachKindCountsItsOwn) {
  Model model = two_features();
  const auto value = [&](StatisticTable table, std::uint32_t border) {
    table.row_of = {{1, 0}};
    model.tables = {std::move(table)};
    return statistic_value(model, {0, border, 0, 1, 0, 1, {}}, 1);
  };
  EXPECT_FLOAT_EQ(value({{}, StatisticKind::borders, 3, 0, {}, {2, 3, 4}, {}, {}}, 0), 0.7f);  // (3 + 4) / (9 + 1)
  EXPECT_FLOAT_EQ(value({{}, StatisticKind::borders, 3, 0, {}, {2, 3, 4}, {}, {}}, 1), 0.4f);
  EXPECT_FLOAT_EQ(value({{}, StatisticKind::buckets, 3, 0, {}, {2, 3, 4}, {}, {}}, 1), 0.3f);
  EXPECT_FLOAT_EQ(value({{}, StatisticKind::target_mean, 1, 0, {}, {}, {4.5f}, {8}}, 0), 0.5f);
  EXPECT_FLOAT_EQ(value({{}, StatisticKind::counter, 1, 9, {}, {4}, {}, {}}, 0), 0.4f);
}

TEST(Statistic, OfACombinationHashesCategoriesThenNumbersThenValues) {
  const Model model = two_features();
  const Projection projection{{0}, {{0, 1.5f}}, {{0, category_hash("red")}}};
  const auto hash_of = [&](float price, const char* colour) {
    const float numbers[] = {price};
    const std::int32_t categories[] = {category_hash(colour)};
    return projection_hash(model, projection, {numbers, categories});
  };
  const auto blue = static_cast<std::uint64_t>(std::int64_t{category_hash("blue")});
  EXPECT_EQ(hash_of(2, "blue"), combine_hash(combine_hash(combine_hash(0, blue), 1), 0));
  EXPECT_EQ(hash_of(1.5f, "blue"), combine_hash(combine_hash(combine_hash(0, blue), 0), 0));
  EXPECT_EQ(hash_of(std::numeric_limits<float>::quiet_NaN(), "blue"), hash_of(-9, "blue"));
}

}  // namespace
}  // namespace proffer::gbdt
