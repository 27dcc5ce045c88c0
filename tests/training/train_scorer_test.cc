#include "training/train_scorer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <map>
#include <set>

#include "base/random.h"
#include "calibration/logistic.h"
#include "training/split.h"

namespace proffer::training {
namespace {

namespace json = boost::json;

struct Rows {
  std::vector<json::object> features;
  std::vector<Example> examples;
};

// Two numbers, a text, a flag that often lacks, and chance. The truth of a row: sigmoid(a - 1 + 2 [tier = gold]).
Rows world(std::size_t n, std::uint64_t seed) {
  base::RandomStream chance(seed, 1);
  Rows out;
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < n; ++i) {
    const double a = 4 * chance.uniform() - 2;
    const bool gold = chance.below(3) == 0;
    json::object row{{"a", a},
                     {"noise", chance.uniform()},
                     {"tier", gold ? "gold" : "tin"},
                     {"city", "c" + std::to_string(chance.below(40))}};
    if (chance.below(2) == 0) row["flag"] = chance.below(2) == 0;
    labels.push_back(chance.uniform() < calibration::sigmoid(a - 1 + (gold ? 2 : 0)) ? 1 : 0);
    out.features.push_back(std::move(row));
  }
  for (std::size_t i = 0; i < n; ++i) out.examples.push_back({&out.features[i], labels[i]});
  return out;
}

TEST(TrainScorer, LearnsWhatIsThereAndSaysHowWell) {
  const auto rows = world(3'000, 1);
  const auto trained = train_scorer(rows.examples, {4, 7, 2});
  ASSERT_TRUE(trained) << trained.error().message;
  const auto& figures = trained->figures;
  EXPECT_GT(figures.auc, 0.78);
  EXPECT_LT(figures.brier, figures.brier_baseline);
  EXPECT_LT(figures.ece, 0.05);
  EXPECT_NEAR(static_cast<double>(figures.rows), 2'400, 1) << "those that chose no parameters";
  const std::set<std::string> top{trained->importances[0].name, trained->importances[1].name};
  EXPECT_EQ(top, (std::set<std::string>{"a", "tier"}));
  EXPECT_EQ(trained->found.trials, 4U);
  // Honest: fresh rows of the same world are scored as well as it says, within four deviations of a mean of 20,000.
  const auto fresh = world(20'000, 2);
  const scoring::Scorer scorer(trained->model);
  double brier = 0;
  for (const auto& example : fresh.examples)
    brier += std::pow(scorer.score(*example.features).score - example.label, 2);
  EXPECT_NEAR(brier / 20'000, figures.brier, 0.02);
}

TEST(TrainScorer, GivesTheSameModelOnAnyNumberOfThreads) {
  const auto rows = world(400, 3);
  const auto one = train_scorer(rows.examples, {14, 7, 1});
  const auto eight = train_scorer(rows.examples, {14, 7, 8});
  ASSERT_TRUE(one && eight);
  EXPECT_EQ(scoring::encode(one->model), scoring::encode(eight->model));
  EXPECT_EQ(one->found.named, eight->found.named);
  EXPECT_EQ(one->figures.logloss, eight->figures.logloss);
}

// Labels of pure chance: no figure may look better than it is. The deviation of an AUC of 800 rows is 0.02.
TEST(TrainScorer, DoesNotBoastAboutChance) {
  auto rows = world(1'000, 4);
  base::RandomStream chance(5, 5);
  for (auto& example : rows.examples) example.label = static_cast<std::uint8_t>(chance.below(2));
  const auto trained = train_scorer(rows.examples, {8, 7, 2});
  ASSERT_TRUE(trained);
  EXPECT_NEAR(trained->figures.auc, 0.5, 0.1);
  EXPECT_GT(trained->figures.brier, 0.24);
}

TEST(TrainScorer, HandlesTwentyRowsAndOnePositive) {
  auto rows = world(20, 6);
  for (std::size_t i = 0; i < rows.examples.size(); ++i) rows.examples[i].label = i == 7;
  const auto trained = train_scorer(rows.examples, {2, 7, 1});
  ASSERT_TRUE(trained) << trained.error().message;
  const auto score = scoring::Scorer(trained->model).score(rows.features[0]).score;
  EXPECT_TRUE(score > 0 && score < 1);
}

TEST(TrainScorer, HandlesConstantAndManyColumns) {
  auto rows = world(60, 8);
  for (auto& row : rows.features) {
    row["same"] = 1;
    row["same_text"] = "x";
    for (int i = 0; i < 1'000; ++i) row["column" + std::to_string(i)] = i % 7;
  }
  ASSERT_TRUE(train_scorer(rows.examples, {1, 7, 2}));
}

TEST(TrainScorer, NeedsNoFeature) {
  std::vector<json::object> features(40);
  std::vector<Example> examples;
  for (std::size_t i = 0; i < features.size(); ++i)
    examples.push_back({&features[i], static_cast<std::uint8_t>(i % 4 == 0)});
  const auto trained = train_scorer(examples, {1, 7, 1});
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_NEAR(scoring::Scorer(trained->model).score({}).score, 0.25, 0.1);
}

TEST(TrainScorer, EndsSoonAfterItIsStopped) {
  const auto rows = world(2'000, 9);
  std::atomic<int> asked = 0;
  Watch watch;
  watch.stopped = [&] { return ++asked > 5; };
  const auto trained = train_scorer(rows.examples, {40, 7, 2}, watch);
  ASSERT_FALSE(trained);
  EXPECT_EQ(trained.error().kind, base::ErrorKind::gone);
  EXPECT_LT(asked, 50);
}

TEST(StratifiedSplit, HoldsBackAFifthOfEachClass) {
  std::vector<float> labels(100, 0);
  for (std::size_t i = 0; i < 12; ++i) labels[i * 8] = 1;
  const auto split = stratified_split(labels, 3);
  EXPECT_EQ(split.held_out.size(), 17U + 2U);
  EXPECT_EQ(std::count_if(split.held_out.begin(), split.held_out.end(), [&](auto r) { return labels[r] > 0; }), 2);
  std::set<std::size_t> all(split.held_out.begin(), split.held_out.end());
  all.insert(split.learned.begin(), split.learned.end());
  EXPECT_EQ(all.size(), 100U);
}

TEST(StratifiedSplit, KeepsALoneRowForLearning) {
  std::vector<float> labels(20, 0);
  labels[3] = 1;
  const auto split = stratified_split(labels, 1);
  EXPECT_TRUE(std::binary_search(split.learned.begin(), split.learned.end(), 3U));
}

TEST(RowsOf, LeavesOutCategoriesThatNobodyHas) {
  std::vector<json::object> features{{{"t", "x"}}, {{"t", "y"}}, {}, {{"t", "z"}}};
  std::vector<Example> examples;
  for (const auto& row : features) examples.push_back({&row, 0});
  const auto table = table_of({{"t", scoring::Kind::category}}, examples);
  const auto& all = std::get<boosting::CategoricalColumn>(table.columns[0]);
  EXPECT_EQ(all.hashes.size(), 4U) << "the missing one counts";
  const std::vector<std::size_t> wanted{3, 1, 3};
  const auto part = rows_of(table, wanted);
  const auto& column = std::get<boosting::CategoricalColumn>(part.columns[0]);
  EXPECT_EQ(column.codes, (std::vector<std::uint32_t>{0, 1, 0}));
  EXPECT_EQ(column.hashes, (std::vector<std::int32_t>{all.hashes[all.codes[3]], all.hashes[all.codes[1]]}));
}

}  // namespace
}  // namespace proffer::training
