// The questions of one tree, found level by level: the one that best tells gradients apart in all leaves together.
#pragma once

#include <span>
#include <vector>

#include "boosting/quantised.h"

namespace proffer::boosting {

struct SearchRows {
  std::span<const double> gradients;  // each times its row's weight and its weight of the bootstrap
  std::span<const double> weights;    // these two, multiplied
};

struct SearchNoise {
  double deviation = 0;  // of what is added to each question's score
  std::uint64_t seed = 0;
  std::uint32_t tree = 0;
};

// The score of a question, over all leaves with sums G and W on either side of it:
//   l2      sum of G^2 / (W + l2)
//   cosine  sum of G v / sqrt(sum of W v^2), v = G / (W + l2)
// Returns the tree's questions with thresholds, at most `depth` of them: fewer when no question tells any rows apart.
// `leaf_of` (0 for all at first) becomes the leaf of each row. O(rows x columns x depth).
std::vector<gbdt::Split> search_tree(const std::vector<BinColumn>& columns, const SearchRows& rows,
                                     const Parameters& parameters, const SearchNoise& noise, Parallel& parallel,
                                     std::vector<std::uint16_t>& leaf_of);

// Into `leaf_of` the answers of one question, as bit `level`.
void add_answers(const BinColumn& column, std::uint32_t threshold, std::size_t level, std::span<std::uint16_t> leaf_of);

}  // namespace proffer::boosting
