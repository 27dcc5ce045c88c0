#include "gbdt/evaluator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"
#include "gbdt/city_hash.h"

namespace proffer::gbdt {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

// One tree: price > 1, and colour is red. Leaves in the order no/no, yes/no, no/yes, yes/yes.
Model small_model(MissingNumber missing = MissingNumber::smallest) {
  Model model;
  model.numbers.push_back({"price", 0, missing, false, {1, 2}});
  model.categories.push_back({"colour", 1});
  model.one_hots.push_back({0, {category_hash("red"), category_hash("green")}});
  model.trees.push_back({{{Split::Kind::number, 0, 0}, {Split::Kind::one_hot, 0, 0}}, {1, 2, 3, 4}, {}});
  model.scale = 2;
  model.bias = 10;
  return model;
}

double raw(const Model& model, float price, const char* colour) {
  const Evaluator evaluator(std::make_shared<const Model>(model));
  Evaluator::Scratch scratch;
  const float numbers[] = {price};
  const std::int32_t categories[] = {category_hash(colour)};
  return evaluator.raw({numbers, categories}, scratch);
}

TEST(Evaluator, FindsTheLeafThatTheAnswersName) {
  EXPECT_EQ(raw(small_model(), 1, "blue"), 12);  // 2 * 1 + 10: a value at the border is not above it
  EXPECT_EQ(raw(small_model(), 1.1f, "blue"), 14);
  EXPECT_EQ(raw(small_model(), 0, "red"), 16);
  EXPECT_EQ(raw(small_model(), 5, "red"), 18);
  EXPECT_EQ(raw(small_model(), 5, "green"), 14);
}

TEST(Evaluator, TakesAMissingNumberForWhatTheModelSays) {
  EXPECT_EQ(raw(small_model(MissingNumber::smallest), nan, "blue"), 12);
  EXPECT_EQ(raw(small_model(MissingNumber::largest), nan, "blue"), 14);
  EXPECT_EQ(raw(small_model(MissingNumber::none), nan, "blue"), 12);
}

TEST(Evaluator, OfNoTreesGivesTheBias) {
  Model model = small_model();
  model.trees.clear();
  EXPECT_EQ(raw(model, 3, "red"), 10);
}

TEST(Evaluator, TakesATreeWithoutQuestions) {
  Model model = small_model();
  model.trees = {{{}, {7}, {}}};
  EXPECT_EQ(raw(model, 3, "red"), 24);
}

// A model at random, with more borders and values than one byte tells apart, and deep trees.
Model random_model(base::RandomStream& chance) {
  Model model;
  for (std::uint32_t f = 0; f < 3; ++f) {
    model.numbers.push_back({"", f, MissingNumber::smallest, false, {}});
    for (int b = 0; b < 600; ++b) model.numbers.back().borders.push_back(static_cast<float>(b) / 600);
  }
  model.categories.push_back({"", 3});
  model.one_hots.push_back({0, {}});
  for (int v = 0; v < 400; ++v) model.one_hots.back().values.push_back(v * 7 - 100);
  for (int t = 0; t < 400; ++t) {
    Tree tree;
    const auto depth = t % 11;
    for (int i = 0; i < depth; ++i) {
      const auto threshold = static_cast<std::uint32_t>(chance.uniform() * 400);
      if (i % 4 == 3) {
        tree.splits.push_back({Split::Kind::one_hot, 0, threshold});
      } else {
        tree.splits.push_back({Split::Kind::number, static_cast<std::uint32_t>(i % 3), threshold + 200});
      }
    }
    for (int leaf = 0; leaf < 1 << depth; ++leaf) tree.leaf_values.push_back(chance.uniform() - 0.5);
    model.trees.push_back(std::move(tree));
  }
  return model;
}

double naive(const Model& model, const Row& row) {
  double sum = 0;
  for (const auto& tree : model.trees) {
    std::size_t leaf = 0;
    for (std::size_t i = 0; i < tree.splits.size(); ++i) {
      const auto& split = tree.splits[i];
      const bool yes = split.kind == Split::Kind::number
                           ? row.numbers[split.feature] > model.numbers[split.feature].borders[split.threshold]
                           : row.categories[0] == model.one_hots[0].values[split.threshold];
      leaf |= static_cast<std::size_t>(yes) << i;
    }
    sum += tree.leaf_values[leaf];
  }
  return model.scale * sum + model.bias;
}

TEST(Evaluator, AgreesWithTheDefinitionRowByRowAndInBlocks) {
  base::RandomStream chance(1, 2);
  const auto model = std::make_shared<const Model>(random_model(chance));
  const Evaluator evaluator(model);
  constexpr std::size_t rows = 1'000;
  std::vector<std::vector<float>> numbers(3, std::vector<float>(rows));
  std::vector<std::int32_t> categories(rows);
  for (auto& column : numbers) {
    for (auto& value : column) value = static_cast<float>(chance.uniform());
  }
  for (auto& value : categories) value = static_cast<std::int32_t>(chance.uniform() * 500) * 7 - 100;
  std::vector<double> out(rows);
  evaluator.raw({{numbers.begin(), numbers.end()}, {categories}}, out);
  Evaluator::Scratch scratch;
  for (std::size_t r = 0; r < rows; ++r) {
    const float row[] = {numbers[0][r], numbers[1][r], numbers[2][r]};
    const Row one{row, {&categories[r], 1}};
    EXPECT_DOUBLE_EQ(evaluator.raw(one, scratch), naive(*model, one));
    EXPECT_EQ(out[r], evaluator.raw(one, scratch));
  }
}

TEST(Evaluator, TellsTheLeafOfEachTree) {
  const Evaluator evaluator(std::make_shared<const Model>(small_model()));
  Evaluator::Scratch scratch;
  const float numbers[] = {5};
  const std::int32_t categories[] = {category_hash("red")};
  std::uint32_t leaf[1];
  evaluator.leaves({numbers, categories}, scratch, leaf);
  EXPECT_EQ(leaf[0], 3u);
}

}  // namespace
}  // namespace proffer::gbdt
