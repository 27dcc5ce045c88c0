// Why a row has its score: Shapley values of its features, exact for the trees.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "gbdt/evaluator.h"

namespace proffer::gbdt {

struct Explanation {
  double expected = 0;         // the mean raw score of the rows of training
  std::vector<double> values;  // by column; with `expected` they add up to the raw score
};

// TreeSHAP, path dependent (Lundberg et al., "Consistent individualized feature attribution for tree ensembles", 2018,
// algorithm 2): a feature that is not known sends a row both ways, by the weights of the rows of training. What a
// combination gets, its categories share equally, as in CatBoost. Not changed by its use.
class Explainer {
 public:
  // Errors: `invalid` for a model that does not know the weights of its leaves.
  static base::Result<Explainer> make(std::shared_ptr<const Evaluator> evaluator);

  // O(trees x leaves x depth^2).
  Explanation explain(const Row& row) const;

 private:
  // What training knows of one tree. Nodes are numbered from the root, 1: the children of i are 2 i and 2 i + 1, and
  // the question of the root is the last of the tree's.
  struct Nodes {
    std::vector<double> weights;
    std::vector<std::uint32_t> players;  // of each level from the root
  };

  explicit Explainer(std::shared_ptr<const Evaluator> evaluator) : evaluator_(std::move(evaluator)) {}
  void add_tree(const Tree& tree);
  std::uint32_t player_of(const Split& split);

  std::shared_ptr<const Evaluator> evaluator_;
  std::vector<Nodes> trees_;
  std::vector<std::vector<std::uint32_t>> columns_;  // of each player: what one question asks about
  double expected_ = 0;
};

}  // namespace proffer::gbdt
