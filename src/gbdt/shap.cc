#include "gbdt/shap.h"

#include <algorithm>

#include "gbdt/importance.h"

namespace proffer::gbdt {
namespace {

// One player on the way to a node: which share of subsets without it, and with it, goes that way; and the weight of
// subsets of each size.
struct Step {
  std::uint32_t player;
  double without, with, weight;
};
using Path = std::vector<Step>;

void extend(Path& path, std::uint32_t player, double without, double with) {
  const std::size_t n = path.size();
  path.push_back({player, without, with, n == 0 ? 1.0 : 0.0});
  for (std::size_t i = n; i-- > 0;) {
    path[i + 1].weight += with * path[i].weight * static_cast<double>(i + 1) / static_cast<double>(n + 1);
    path[i].weight = without * path[i].weight * static_cast<double>(n - i) / static_cast<double>(n + 1);
  }
}

// The weights of the path as they would be without its step `at`.
std::vector<double> weights_without(const Path& path, std::size_t at) {
  const std::size_t n = path.size() - 1;
  const auto [player, without, with, weight] = path[at];
  std::vector<double> out(n);
  double next = path[n].weight;
  for (std::size_t i = n; i-- > 0;) {
    const double size = static_cast<double>(n + 1);
    if (with != 0) {
      out[i] = next * size / (static_cast<double>(i + 1) * with);
      next = path[i].weight - out[i] * without * static_cast<double>(n - i) / size;
    } else {
      out[i] = path[i].weight * size / (without * static_cast<double>(n - i));
    }
  }
  return out;
}

void take_out(Path& path, std::size_t at) {
  const auto weights = weights_without(path, at);
  path.erase(path.begin() + static_cast<std::ptrdiff_t>(at));
  for (std::size_t i = 0; i < weights.size(); ++i) path[i].weight = weights[i];
}

// The walk over one tree for one row.
class Walk {
 public:
  Walk(const Tree& tree, const std::vector<double>& weights, const std::vector<std::uint32_t>& players,
       std::uint32_t own_leaf, std::vector<double>& out)
      : tree_(tree), weights_(weights), players_(players), own_leaf_(own_leaf), out_(out) {}

  void run() { visit(1, 0, {}, no_player, 1, 1); }

 private:
  static constexpr std::uint32_t no_player = ~std::uint32_t{0};

  void visit(std::size_t node, std::size_t level, Path path, std::uint32_t player, double without, double with) {
    extend(path, player, without, with);
    const std::size_t depth = tree_.splits.size();
    if (level == depth) return add_leaf(path, leaf_of(node));
    const auto asked = players_[level];
    double before_without = 1, before_with = 1;
    const auto met = std::ranges::find(path, asked, &Step::player);
    if (met != path.end()) {
      before_without = met->without;
      before_with = met->with;
      take_out(path, static_cast<std::size_t>(met - path.begin()));
    }
    const bool yes = (own_leaf_ >> (depth - 1 - level) & 1) != 0;
    for (const bool side : {false, true}) {
      const std::size_t child = 2 * node + side;
      const double share = weights_[node] > 0 ? weights_[child] / weights_[node] : 0.5;
      const double child_without = before_without * share, child_with = side == yes ? before_with : 0;
      if (child_without != 0 || child_with != 0) visit(child, level + 1, path, asked, child_without, child_with);
    }
  }

  // The first question of a tree is the last on the way, and the lowest bit of the leaf: as a node is numbered.
  std::size_t leaf_of(std::size_t node) const { return node - (std::size_t{1} << tree_.splits.size()); }

  void add_leaf(const Path& path, std::size_t leaf) {
    for (std::size_t i = 1; i < path.size(); ++i) {
      double sum = 0;
      for (const double weight : weights_without(path, i)) sum += weight;
      out_[path[i].player] += sum * (path[i].with - path[i].without) * tree_.leaf_values[leaf];
    }
  }

  const Tree& tree_;
  const std::vector<double>& weights_;
  const std::vector<std::uint32_t>& players_;
  const std::uint32_t own_leaf_;
  std::vector<double>& out_;
};

// Of a combination its categories alone, as CatBoost has it: the questions in it were asked by the tree before.
std::vector<std::uint32_t> explained_columns(const Model& model, const Split& split) {
  if (split.kind != Split::Kind::statistic) return columns_of(model, split);
  std::vector<std::uint32_t> out;
  for (const auto category : model.tables[model.statistics[split.feature].table].projection.categories)
    out.push_back(model.categories[category].column);
  return out.empty() ? columns_of(model, split) : out;
}

std::size_t columns_in(const Model& model) {
  std::size_t n = 0;
  for (const auto& feature : model.numbers) n = std::max<std::size_t>(n, feature.column + 1);
  for (const auto& feature : model.categories) n = std::max<std::size_t>(n, feature.column + 1);
  return n;
}

}  // namespace

base::Result<Explainer> Explainer::make(std::shared_ptr<const Evaluator> evaluator) {
  Explainer out(std::move(evaluator));
  const auto& model = out.evaluator_->model();
  for (const auto& tree : model.trees) {
    if (tree.leaf_weights.size() != tree.leaf_values.size())
      return base::fail(base::ErrorKind::invalid, "the model does not know the weights of its leaves");
    out.add_tree(tree);
  }
  out.expected_ = model.scale * out.expected_ + model.bias;
  return out;
}

std::uint32_t Explainer::player_of(const Split& split) {
  const auto columns = explained_columns(evaluator_->model(), split);
  const auto found = std::ranges::find(columns_, columns);
  if (found == columns_.end()) columns_.push_back(columns);
  return static_cast<std::uint32_t>(std::ranges::find(columns_, columns) - columns_.begin());
}

void Explainer::add_tree(const Tree& tree) {
  const std::size_t leaves = tree.leaf_values.size();
  Nodes nodes{std::vector<double>(2 * leaves), {}};
  std::ranges::copy(tree.leaf_weights, nodes.weights.begin() + static_cast<std::ptrdiff_t>(leaves));
  for (std::size_t i = leaves; i-- > 1;) nodes.weights[i] = nodes.weights[2 * i] + nodes.weights[2 * i + 1];
  for (auto split = tree.splits.rbegin(); split != tree.splits.rend(); ++split)
    nodes.players.push_back(player_of(*split));
  double sum = 0;
  for (std::size_t leaf = 0; leaf < leaves; ++leaf) sum += tree.leaf_values[leaf] * tree.leaf_weights[leaf];
  expected_ += nodes.weights[1] > 0 ? sum / nodes.weights[1] : 0;
  trees_.push_back(std::move(nodes));
}

Explanation Explainer::explain(const Row& row) const {
  const auto& model = evaluator_->model();
  std::vector<std::uint32_t> leaves(model.trees.size());
  Evaluator::Scratch scratch;
  evaluator_->leaves(row, scratch, leaves);
  std::vector<double> by_player(columns_.size());
  for (std::size_t t = 0; t < trees_.size(); ++t)
    Walk(model.trees[t], trees_[t].weights, trees_[t].players, leaves[t], by_player).run();
  Explanation out{expected_, std::vector<double>(columns_in(model))};
  for (std::size_t p = 0; p < columns_.size(); ++p) {
    for (const auto column : columns_[p])
      out.values[column] += model.scale * by_player[p] / static_cast<double>(columns_[p].size());
  }
  return out;
}

}  // namespace proffer::gbdt
