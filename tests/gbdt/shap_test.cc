#include "gbdt/shap.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "base/random.h"

namespace proffer::gbdt {
namespace {

// Trees of the given depth over four numbers with one border each, leaves and their weights at random.
Model random_model(std::size_t depth, std::size_t trees, base::RandomStream& chance) {
  Model model;
  for (std::uint32_t f = 0; f < 4; ++f) model.numbers.push_back({"", f, MissingNumber::none, false, {0.5f}});
  for (std::size_t t = 0; t < trees; ++t) {
    Tree tree;
    for (std::size_t i = 0; i < depth; ++i)
      tree.splits.push_back({Split::Kind::number, static_cast<std::uint32_t>(chance.below(4)), 0});
    for (std::size_t leaf = 0; leaf < std::size_t{1} << depth; ++leaf) {
      tree.leaf_values.push_back(chance.uniform() - 0.5);
      tree.leaf_weights.push_back(static_cast<double>(chance.below(5)));
    }
    model.trees.push_back(std::move(tree));
  }
  model.scale = 0.5;
  model.bias = 3;
  return model;
}

// The mean score where only the columns of `known` are known, from the root (the last question) down, by definition.
double expected(const Tree& tree, const std::vector<float>& row, unsigned known, std::size_t low, std::size_t size) {
  if (size == 1) return tree.leaf_values[low];
  const std::size_t level = static_cast<std::size_t>(std::countr_zero(size)) - 1;
  const auto column = tree.splits[level].feature;
  const auto weight = [&](std::size_t begin) {
    double sum = 0;
    for (std::size_t i = begin; i < begin + size / 2; ++i) sum += tree.leaf_weights[i];
    return sum;
  };
  const double no = expected(tree, row, known, low, size / 2),
               yes = expected(tree, row, known, low + size / 2, size / 2);
  if ((known >> column & 1) != 0) return row[column] > 0.5f ? yes : no;
  const double no_weight = weight(low), yes_weight = weight(low + size / 2);
  const double share = no_weight + yes_weight > 0 ? yes_weight / (no_weight + yes_weight) : 0.5;
  return (1 - share) * no + share * yes;
}

double expected(const Model& model, const std::vector<float>& row, unsigned known) {
  double sum = 0;
  for (const auto& tree : model.trees) sum += expected(tree, row, known, 0, tree.leaf_values.size());
  return model.scale * sum + model.bias;
}

double factorial(int n) { return std::tgamma(n + 1); }

// Shapley's formula over all subsets of the four columns.
double shapley(const Model& model, const std::vector<float>& row, unsigned column) {
  double sum = 0;
  for (unsigned known = 0; known < 16; ++known) {
    if ((known >> column & 1) != 0) continue;
    const int size = std::popcount(known);
    sum += factorial(size) * factorial(3 - size) / factorial(4) *
           (expected(model, row, known | 1u << column) - expected(model, row, known));
  }
  return sum;
}

// Leaves of no weight and questions that come twice are among them.
TEST(Shap, IsShapleysFormulaOverAllSubsets) {
  base::RandomStream chance(6, 6);
  for (int round = 0; round < 60; ++round) {
    const auto model = std::make_shared<const Model>(random_model(1 + chance.below(5), 2, chance));
    const auto explainer = Explainer::make(std::make_shared<const Evaluator>(model));
    ASSERT_TRUE(explainer);
    std::vector<float> row;
    for (int f = 0; f < 4; ++f) row.push_back(static_cast<float>(chance.below(2)));
    const auto explanation = explainer->explain({row, {}});
    EXPECT_NEAR(explanation.expected, expected(*model, row, 0), 1e-12);
    for (unsigned f = 0; f < 4; ++f) EXPECT_NEAR(explanation.values[f], shapley(*model, row, f), 1e-12) << f;
  }
}

TEST(Shap, AddsUpToTheRawScore) {
  base::RandomStream chance(7, 7);
  const auto model = std::make_shared<const Model>(random_model(8, 20, chance));
  const auto evaluator = std::make_shared<const Evaluator>(model);
  const auto explainer = Explainer::make(evaluator);
  ASSERT_TRUE(explainer);
  for (int bits = 0; bits < 16; ++bits) {
    std::vector<float> row;
    for (int f = 0; f < 4; ++f) row.push_back(static_cast<float>(bits >> f & 1));
    const auto [base, values] = explainer->explain({row, {}});
    Evaluator::Scratch scratch;
    double sum = base;
    for (const double value : values) sum += value;
    EXPECT_NEAR(sum, evaluator->raw({row, {}}, scratch), 1e-10);
  }
}

TEST(Shap, NeedsTheWeightsOfLeaves) {
  base::RandomStream chance(8, 8);
  auto model = random_model(2, 1, chance);
  model.trees[0].leaf_weights.clear();
  EXPECT_FALSE(Explainer::make(std::make_shared<const Evaluator>(std::make_shared<const Model>(std::move(model)))));
}

}  // namespace
}  // namespace proffer::gbdt
