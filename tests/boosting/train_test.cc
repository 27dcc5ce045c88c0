#include "boosting/train.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "base/random.h"
#include "boosting/defaults.h"
#include "gbdt/evaluator.h"
#include "gbdt/model_codec.h"

namespace proffer::boosting {
namespace {

using testing::HasSubstr;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

// Rows with a number that matters, one that does not, one with gaps, and a category of four values.
Table table_of(std::size_t rows, std::uint64_t seed, Loss loss = Loss::logloss) {
  base::RandomStream chance(seed, 1);
  NumericColumn matters{"matters", {}}, noise{"noise", {}}, gaps{"gaps", {}};
  CategoricalColumn colour{"colour", {}, {11, -7, 5, 42}};
  Table table;
  for (std::size_t r = 0; r < rows; ++r) {
    matters.values.push_back(static_cast<float>(4 * chance.uniform() - 2));
    noise.values.push_back(static_cast<float>(chance.uniform()));
    const bool is_missing = chance.uniform() < 0.3;
    gaps.values.push_back(is_missing ? nan : static_cast<float>(chance.uniform()));
    colour.codes.push_back(static_cast<std::uint32_t>(chance.below(4)));
    const double z = 2 * matters.values.back() + (is_missing ? 1.5 : 0) + (colour.codes.back() == 2 ? -2 : 0);
    table.targets.push_back(loss == Loss::rmse ? static_cast<float>(z + chance.uniform())
                                               : static_cast<float>(chance.uniform() < 1 / (1 + std::exp(-z))));
  }
  table.columns = {std::move(matters), std::move(noise), std::move(gaps), std::move(colour)};
  return table;
}

Parameters small_parameters() {
  Parameters p;
  p.iterations = 40;
  p.depth = 4;
  p.learning_rate = 0.1;
  p.one_hot_max_size = 10;
  return p;
}

std::vector<double> raw_of(const gbdt::Model& model, const Table& table) {
  gbdt::Columns columns;
  std::vector<std::vector<std::int32_t>> hashes;
  for (const auto& column : table.columns) {
    if (const auto* number = std::get_if<NumericColumn>(&column)) {
      columns.numbers.emplace_back(number->values);
    } else {
      const auto& category = std::get<CategoricalColumn>(column);
      auto& list = hashes.emplace_back();
      for (const auto code : category.codes) list.push_back(category.hashes[code]);
    }
  }
  for (const auto& list : hashes) columns.categories.emplace_back(list);
  std::vector<double> out(table.rows());
  gbdt::Evaluator(std::make_shared<const gbdt::Model>(model)).raw(columns, out);
  return out;
}

double logloss(const std::vector<double>& raw, const Table& table) {
  double sum = 0;
  for (std::size_t r = 0; r < raw.size(); ++r) sum += std::log1p(std::exp(table.targets[r] > 0 ? -raw[r] : raw[r]));
  return sum / static_cast<double>(raw.size());
}

// One tree of one question without chance. Targets 0, 0, 1, 1 over 1, 2, 3, 4: gradients -1/2, -1/2, 1/2, 1/2; the cut
// at 2.5 is best; each leaf has G = 1, H = 2 * 1/4 and l2 = 1, so 1 / 1.5, times the rate 0.5.
TEST(Train, GrowsTheTreeThatIsWorkedOutByHand) {
  Table table;
  table.columns = {NumericColumn{"x", {1, 2, 3, 4}}};
  table.targets = {0, 0, 1, 1};
  Parameters p;
  p.iterations = 1;
  p.depth = 1;
  p.learning_rate = 0.5;
  p.l2_leaf_reg = 1;
  p.random_strength = 0;
  p.bootstrap = Bootstrap::none;
  p.leaf_estimation_iterations = 1;
  const auto trained = train(table, nullptr, p);
  ASSERT_TRUE(trained) << trained.error().message;
  const auto& tree = trained->model.trees.at(0);
  ASSERT_EQ(tree.splits.size(), 1u);
  EXPECT_EQ(trained->model.numbers[0].borders[tree.splits[0].threshold], 2.5f);
  EXPECT_DOUBLE_EQ(tree.leaf_values[0], -1.0 / 3);
  EXPECT_DOUBLE_EQ(tree.leaf_values[1], 1.0 / 3);
  EXPECT_EQ(tree.leaf_weights, (std::vector<double>{2, 2}));
}

TEST(Train, LearnsWhatRowsSayAndNotTheirNoise) {
  const auto table = table_of(3'000, 1), unseen = table_of(3'000, 2);
  const auto trained = train(table, nullptr, small_parameters());
  ASSERT_TRUE(trained) << trained.error().message;
  // The base rate's loss is about 0.69, that of the true probabilities about 0.41.
  EXPECT_LT(logloss(raw_of(trained->model, unseen), unseen), 0.46);
}

TEST(Train, OfSquaresFollowsTheTarget) {
  const auto table = table_of(2'000, 1, Loss::rmse), unseen = table_of(2'000, 2, Loss::rmse);
  auto p = small_parameters();
  p.loss = Loss::rmse;
  p.boost_from_average = true;
  p.iterations = 100;
  const auto trained = train(table, &unseen, p);
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_LT(trained->held_out_loss.back(), 0.4);  // the noise alone: sqrt(1/12) = 0.29
}

TEST(Train, GivesTheSameModelWithAnyNumberOfThreads) {
  const auto table = table_of(10'000, 1);
  auto p = small_parameters();
  p.iterations = 8;
  p.rsm = 0.7;
  const auto one = gbdt::encode_model(train(table, nullptr, p)->model);
  for (const unsigned threads : {2u, 3u, 8u}) {
    p.threads = threads;
    EXPECT_EQ(gbdt::encode_model(train(table, nullptr, p)->model), one) << threads;
  }
  p.seed = 1;
  EXPECT_NE(gbdt::encode_model(train(table, nullptr, p)->model), one);
}

TEST(Train, TellsTheLossThatTheModelHasOnRowsHeldOut) {
  const auto table = table_of(1'000, 1), held_out = table_of(800, 2);
  auto p = small_parameters();
  p.use_best_model = false;
  const auto trained = train(table, &held_out, p);
  ASSERT_TRUE(trained);
  EXPECT_NEAR(trained->held_out_loss.back(), logloss(raw_of(trained->model, held_out), held_out), 1e-12);
}

TEST(Train, StopsEarlyAndKeepsTheBestTrees) {
  const auto table = table_of(200, 1), held_out = table_of(200, 2);
  auto p = small_parameters();
  p.iterations = 2'000;
  p.learning_rate = 0.5;
  p.early_stopping_rounds = 5;
  const auto trained = train(table, &held_out, p);
  ASSERT_TRUE(trained);
  const auto& losses = trained->held_out_loss;
  const auto best = static_cast<std::size_t>(std::min_element(losses.begin(), losses.end()) - losses.begin());
  EXPECT_EQ(losses.size(), best + 1 + 5);
  EXPECT_EQ(trained->model.trees.size(), best + 1);
  EXPECT_EQ(trained->iterations, best + 1);
}

TEST(Train, EndsWhenItIsToldTo) {
  const auto trained =
      train(table_of(200, 1), nullptr, small_parameters(), [](const Iteration& i) { return i.number < 3; });
  ASSERT_TRUE(trained);
  EXPECT_TRUE(trained->stopped);
  EXPECT_EQ(trained->model.trees.size(), 4u);
}

TEST(Train, CountsAWeightOfTwoAsTwoRows) {
  auto table = table_of(300, 1), doubled = table;
  table.weights.assign(300, 1);
  for (std::size_t r = 0; r < 100; ++r) {
    table.weights[r] = 2;
    doubled.targets.push_back(table.targets[r]);
    for (auto& column : doubled.columns) {
      if (auto* number = std::get_if<NumericColumn>(&column)) number->values.push_back(number->values[r]);
      if (auto* category = std::get_if<CategoricalColumn>(&column)) category->codes.push_back(category->codes[r]);
    }
  }
  auto p = small_parameters();
  p.bootstrap = Bootstrap::none;
  p.random_strength = 0;
  p.l2_leaf_reg = 0;
  p.iterations = 1;
  p.depth = 1;
  p.leaf_estimation_iterations = 5;
  const auto weighted = train(table, nullptr, p), repeated = train(doubled, nullptr, p);
  ASSERT_TRUE(weighted && repeated);
  EXPECT_NEAR(weighted->model.trees[0].leaf_values[0], repeated->model.trees[0].leaf_values[0], 0.02);
}

TEST(Train, TakesEveryBootstrapScoreAndDepth) {
  const auto table = table_of(500, 1);
  auto p = small_parameters();
  p.iterations = 5;
  for (const auto bootstrap : {Bootstrap::none, Bootstrap::mvs, Bootstrap::bayesian, Bootstrap::bernoulli}) {
    for (const auto score : {ScoreFunction::cosine, ScoreFunction::l2}) {
      p.bootstrap = bootstrap;
      p.score_function = score;
      p.depth = p.depth % 10 + 1;
      const auto trained = train(table, nullptr, p);
      ASSERT_TRUE(trained);
      EXPECT_LT(logloss(raw_of(trained->model, table), table), 0.68);
    }
  }
}

TEST(Train, OfColumnsThatNeverChangeLearnsTheBaseRate) {
  Table table;
  table.columns = {NumericColumn{"x", std::vector<float>(100, 3)}, NumericColumn{"y", std::vector<float>(100, nan)},
                   CategoricalColumn{"c", std::vector<std::uint32_t>(100, 0), {9}}};
  for (int r = 0; r < 100; ++r) table.targets.push_back(r < 20);
  auto p = small_parameters();
  p.iterations = 400;
  const auto trained = train(table, nullptr, p);
  ASSERT_TRUE(trained);
  EXPECT_NEAR(raw_of(trained->model, table)[0], std::log(0.25), 0.05);
}

TEST(Train, TakesTenThousandColumns) {
  Table table;
  base::RandomStream chance(4, 4);
  for (int c = 0; c < 10'000; ++c) {
    table.columns.emplace_back(NumericColumn{std::to_string(c), {}});
    for (int r = 0; r < 30; ++r)
      std::get<NumericColumn>(table.columns.back()).values.push_back(static_cast<float>(chance.uniform()));
  }
  for (int r = 0; r < 30; ++r) table.targets.push_back(static_cast<float>(r % 2));
  auto p = small_parameters();
  p.iterations = 2;
  EXPECT_TRUE(train(table, nullptr, p));
}

std::string refusal(const Table& table, const Parameters& p = small_parameters(), const Table* held_out = nullptr) {
  const auto trained = train(table, held_out, p);
  return trained ? "" : trained.error().message;
}

TEST(Train, RefusesTablesThatSayNothingOrDoNotFit) {
  EXPECT_THAT(refusal({}), HasSubstr("rows"));
  auto table = table_of(50, 1);
  table.targets.assign(50, 1);
  EXPECT_THAT(refusal(table), HasSubstr("both classes"));
  table.targets[3] = 0.5f;
  EXPECT_THAT(refusal(table), HasSubstr("0 or 1"));
  table = table_of(50, 1);
  std::get<NumericColumn>(table.columns[1]).values.pop_back();
  EXPECT_THAT(refusal(table), HasSubstr("'noise' has 49 rows"));
  table = table_of(50, 1);
  std::get<CategoricalColumn>(table.columns[3]).codes[0] = 4;
  EXPECT_THAT(refusal(table), HasSubstr("'colour'"));
  table = table_of(50, 1);
  table.weights = {1, 2};
  EXPECT_THAT(refusal(table), HasSubstr("weight"));
  table = table_of(50, 1);
  auto other = table_of(50, 1);
  std::swap(other.columns[0], other.columns[3]);
  EXPECT_THAT(refusal(table, small_parameters(), &other), HasSubstr("held out"));
}

TEST(Train, RefusesParametersOutOfTheirRangeByName) {
  const auto table = table_of(50, 1);
  const auto with = [&](auto change) {
    auto p = small_parameters();
    change(p);
    return refusal(table, p);
  };
  EXPECT_THAT(with([](Parameters& p) { p.depth = 17; }), HasSubstr("depth: expected 1 to 16, not 17"));
  EXPECT_THAT(with([](Parameters& p) { p.depth = 0; }), HasSubstr("depth"));
  EXPECT_THAT(with([](Parameters& p) { p.iterations = 0; }), HasSubstr("iterations"));
  EXPECT_THAT(with([](Parameters& p) { p.learning_rate = std::nan(""); }), HasSubstr("learning_rate"));
  EXPECT_THAT(with([](Parameters& p) { p.subsample = 0; }), HasSubstr("subsample"));
  EXPECT_THAT(with([](Parameters& p) { p.border_count = 255; }), HasSubstr("border_count"));
  EXPECT_THAT(with([](Parameters& p) { p.max_ctr_complexity = 2; }), HasSubstr("max_ctr_complexity"));
  EXPECT_THAT(with([](Parameters& p) { p.model_size_reg = -1; }), HasSubstr("model_size_reg"));
  EXPECT_THAT(with([](Parameters& p) { p.boosting = Boosting::ordered; }), HasSubstr("boosting"));
}

// What the real CatBoost 1.2.10 chose for 1,000 and 20,000 rows.
TEST(Defaults, AreThoseOfCatBoost) {
  EXPECT_NEAR(automatic_learning_rate(Loss::logloss, false, 1'000, 100), 0.085101, 1e-6);
  EXPECT_NEAR(automatic_learning_rate(Loss::logloss, false, 20'000, 100), 0.305826, 1e-6);
  EXPECT_NEAR(automatic_learning_rate(Loss::logloss, true, 1'000, 100), 0.08628, 1e-6);
  EXPECT_NEAR(automatic_learning_rate(Loss::rmse, false, 1'000, 500), 0.071931, 1e-6);
  EXPECT_NEAR(automatic_learning_rate(Loss::rmse, true, 20'000, 100), 0.332015, 1e-6);
  EXPECT_EQ(automatic_leaf_iterations(Loss::logloss, 10, 5), 1u);
  EXPECT_EQ(automatic_leaf_iterations(Loss::logloss, 300, 5), 10u);
  EXPECT_EQ(automatic_leaf_iterations(Loss::logloss, 10, 25), 10u);
  EXPECT_EQ(automatic_leaf_iterations(Loss::rmse, 300, 25), 1u);
}

}  // namespace
}  // namespace proffer::boosting
