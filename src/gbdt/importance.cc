#include "gbdt/importance.h"

#include <algorithm>
#include <map>

namespace proffer::gbdt {
namespace {

// What answering the question of one level moves.
double change_of(const Tree& tree, std::size_t level) {
  double sum = 0;
  const std::size_t bit = std::size_t{1} << level;
  for (std::size_t leaf = 0; leaf < tree.leaf_values.size(); ++leaf) {
    if ((leaf & bit) != 0) continue;
    const double v1 = tree.leaf_values[leaf], c1 = tree.leaf_weights[leaf];
    const double v2 = tree.leaf_values[leaf | bit], c2 = tree.leaf_weights[leaf | bit];
    if (c1 + c2 == 0) continue;
    const double mean = (v1 * c1 + v2 * c2) / (c1 + c2);
    sum += (v1 - mean) * (v1 - mean) * c1 + (v2 - mean) * (v2 - mean) * c2;
  }
  return sum;
}

std::vector<Importance> none_of(const Model& model) {
  std::vector<Importance> out;
  for (const auto& feature : model.numbers) out.push_back({feature.column, feature.name, 0});
  for (const auto& feature : model.categories) out.push_back({feature.column, feature.name, 0});
  std::ranges::sort(out, {}, &Importance::column);
  return out;
}

}  // namespace

std::vector<std::uint32_t> columns_of(const Model& model, const Split& split) {
  if (split.kind == Split::Kind::number) return {model.numbers[split.feature].column};
  if (split.kind == Split::Kind::one_hot) return {model.categories[model.one_hots[split.feature].category].column};
  const auto& projection = model.tables[model.statistics[split.feature].table].projection;
  std::vector<std::uint32_t> out;
  for (const auto category : projection.categories) out.push_back(model.categories[category].column);
  for (const auto& part : projection.numbers) out.push_back(model.numbers[part.number].column);
  for (const auto& part : projection.values) out.push_back(model.categories[part.category].column);
  return out;
}

base::Result<std::vector<Importance>> importances(const Model& model) {
  std::map<std::uint32_t, double> by_column;
  double total = 0;
  for (const auto& tree : model.trees) {
    if (tree.leaf_weights.size() != tree.leaf_values.size())
      return base::fail(base::ErrorKind::invalid, "the model does not know the weights of its leaves");
    for (std::size_t level = 0; level < tree.splits.size(); ++level) {
      const double change = change_of(tree, level);
      const auto columns = columns_of(model, tree.splits[level]);
      for (const auto column : columns) by_column[column] += change / static_cast<double>(columns.size());
      total += change;
    }
  }
  auto out = none_of(model);
  for (auto& feature : out) feature.share = total == 0 ? 0 : 100 * by_column[feature.column] / total;
  return out;
}

}  // namespace proffer::gbdt
