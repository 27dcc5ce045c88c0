#include "boosting/target_statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "gbdt/evaluator.h"

namespace proffer::boosting {
namespace {

// Categories a, a, b, a, b with targets 1, 0, 1, 1, 0.
Table small_table() {
  Table table;
  table.columns = {CategoricalColumn{"c", {0, 0, 1, 0, 1}, {101, 202}}};
  table.targets = {1, 0, 1, 1, 0};
  return table;
}

gbdt::Model features_of(const Table& table) {
  gbdt::Model features;
  const auto& column = std::get<CategoricalColumn>(table.columns[0]);
  features.categories.push_back({column.name, 0});
  add_statistics(column, 0, good_rows(table, Loss::logloss), features);
  return features;
}

// With prior 0.5 and in the order of the rows, of 15 bins: row 0: 0.5 / 1 = 7.5 of 15; row 1, after one good: 1.5 / 2 =
// 11.25; row 2, the first b: 7.5; row 3, after a good and a bad: 1.5 / 3 = 7.5; row 4, after a good b: 11.25.
TEST(OrderedColumns, CountOnlyTheRowsBefore) {
  const auto table = small_table();
  const auto features = features_of(table);
  const std::vector<std::uint32_t> order{0, 1, 2, 3, 4};
  const auto columns = ordered_columns(features, table, good_rows(table, Loss::logloss), order);
  ASSERT_EQ(columns.size(), 4u);
  EXPECT_EQ(columns[1].bytes, (std::vector<std::uint8_t>{7, 11, 7, 7, 11}));
  // The prior 0: 0, 1/2 = 7.5, 0, 1/3 = 5, 1/2 = 7.5.
  EXPECT_EQ(columns[0].bytes, (std::vector<std::uint8_t>{0, 7, 0, 5, 7}));
  // The counter: 3 of a against the most frequent's 3 + 1, 2 of b: 11.25 and 7.5.
  EXPECT_EQ(columns[3].bytes, (std::vector<std::uint8_t>{11, 11, 7, 11, 7}));
}

// All rows: (2 + 0.5) / 4 = 9.375 for a, (1 + 0.5) / 3 = 7.5 for b.
TEST(ServedColumns, CountAllRowsOfTraining) {
  const auto table = small_table();
  const auto columns = served_columns(features_of(table), table);
  EXPECT_EQ(columns[1].bytes, (std::vector<std::uint8_t>{9, 9, 7, 9, 7}));
}

// A category that training has not seen counts nothing: the prior alone.
TEST(ServedColumns, OfAnUnseenCategoryAreThePrior) {
  Table other;
  other.columns = {CategoricalColumn{"c", {0}, {999}}};
  other.targets = {1};
  const auto columns = served_columns(features_of(small_table()), other);
  EXPECT_EQ(columns[0].bytes[0], 0);
  EXPECT_EQ(columns[1].bytes[0], 7);
  EXPECT_EQ(columns[2].bytes[0], 15);
}

TEST(GoodRows, OfNumbersAreThoseAboveTheMean) {
  Table table;
  table.targets = {1, 2, 3, 10};
  EXPECT_EQ(good_rows(table, Loss::rmse), (std::vector<std::uint8_t>{0, 0, 0, 1}));
}

TEST(Permutation, HoldsEachRowOnceInAnOrderOfTheSeed) {
  auto one = permutation(1'000, 1);
  EXPECT_EQ(one, permutation(1'000, 1));
  EXPECT_NE(one, permutation(1'000, 2));
  std::sort(one.begin(), one.end());
  for (std::uint32_t i = 0; i < 1'000; ++i) EXPECT_EQ(one[i], i);
}

// A category of 300 values, each good with a probability of its own, beside a number that says nothing.
Table many_values(std::size_t rows, std::uint64_t seed) {
  base::RandomStream chance(seed, 9);
  CategoricalColumn column{"c", {}, {}};
  NumericColumn noise{"n", {}};
  for (std::int32_t v = 0; v < 300; ++v) column.hashes.push_back(v * 7 - 900);
  Table table;
  for (std::size_t r = 0; r < rows; ++r) {
    const auto code = static_cast<std::uint32_t>(chance.below(300));
    column.codes.push_back(code);
    noise.values.push_back(static_cast<float>(chance.uniform()));
    table.targets.push_back(chance.uniform() < (code % 3 == 0 ? 0.9 : 0.1));
  }
  table.columns = {std::move(column), std::move(noise)};
  return table;
}

std::vector<double> raw_scores(const gbdt::Model& model, const Table& table) {
  const auto& column = std::get<CategoricalColumn>(table.columns[0]);
  std::vector<std::int32_t> hashes;
  for (const auto code : column.codes) hashes.push_back(column.hashes[code]);
  std::vector<double> out(table.rows());
  gbdt::Evaluator(std::make_shared<const gbdt::Model>(model))
      .raw({{std::get<NumericColumn>(table.columns[1]).values}, {hashes}}, out);
  return out;
}

double logloss_of(const std::vector<double>& raw, const Table& table) {
  double sum = 0;
  for (std::size_t r = 0; r < raw.size(); ++r) sum += std::log1p(std::exp(table.targets[r] > 0 ? -raw[r] : raw[r]));
  return sum / static_cast<double>(raw.size());
}

TEST(TrainWithStatistics, LearnsWhatManyCategoriesSay) {
  const auto table = many_values(20'000, 1), unseen = many_values(5'000, 2);
  Parameters p;
  p.iterations = 60;
  p.depth = 3;
  p.learning_rate = 0.2;
  const auto trained = train(table, &unseen, p);
  ASSERT_TRUE(trained) << trained.error().message;
  const auto raw = raw_scores(trained->model, unseen);
  EXPECT_LT(logloss_of(raw, unseen), 0.36);  // the true probabilities have 0.325, the base rate 0.66
  EXPECT_NEAR(trained->held_out_loss[trained->iterations - 1], logloss_of(raw, unseen), 1e-12);
}

// A category that says nothing: statistics of all rows would look as if they told the target, those of the rows before
// do not, so the loss on unseen rows stays near ln 2.
TEST(TrainWithStatistics, IsNotFooledByItsOwnTargets) {
  base::RandomStream chance(5, 5);
  auto table = many_values(1'500, 3), unseen = many_values(5'000, 4);
  for (auto* t : {&table, &unseen}) {
    for (auto& target : t->targets) target = static_cast<float>(chance.below(2));
  }
  Parameters p;
  p.iterations = 60;
  p.depth = 3;
  p.learning_rate = 0.1;
  const auto trained = train(table, nullptr, p);
  ASSERT_TRUE(trained);
  EXPECT_LT(logloss_of(raw_scores(trained->model, unseen), unseen), 0.74);
}

TEST(TrainWithStatistics, KeepsOnlyWhatIsAsked) {
  auto table = many_values(2'000, 1);
  auto constant = CategoricalColumn{"constant", std::vector<std::uint32_t>(2'000, 0), {5}};
  table.columns.emplace_back(std::move(constant));
  Parameters p;
  p.iterations = 1;
  p.depth = 1;
  p.random_strength = 0;
  p.one_hot_max_size = 0;
  const auto trained = train(table, nullptr, p);
  ASSERT_TRUE(trained);
  const auto& model = trained->model;
  ASSERT_EQ(model.trees.at(0).splits.size(), 1u);
  EXPECT_EQ(model.trees[0].splits[0].kind, gbdt::Split::Kind::statistic);
  EXPECT_EQ(model.trees[0].splits[0].feature, 0u);
  ASSERT_EQ(model.statistics.size(), 1u);
  EXPECT_EQ(model.statistics[0].table, 0u);
  ASSERT_EQ(model.tables.size(), 1u);
  EXPECT_EQ(model.tables[0].projection.categories, std::vector<std::uint32_t>{0});
  EXPECT_EQ(model.tables[0].row_of.size(), 300u);
}

}  // namespace
}  // namespace proffer::boosting
