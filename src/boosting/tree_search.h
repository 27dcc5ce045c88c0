// The questions of one tree, found level by level: the one that best tells gradients apart in all leaves together.
#pragma once

#include <span>
#include <vector>

#include "boosting/quantised.h"

namespace proffer::boosting {

using Columns = std::vector<const BinColumn*>;

struct SearchRows {
  std::span<const double> gradients;  // each times its row's weight and its weight of the bootstrap
  std::span<const double> weights;    // these two, multiplied
};

struct SearchNoise {
  double deviation = 0;  // of what is added to each question's score
  std::uint64_t seed = 0;
  std::uint32_t tree = 0;
};

// What the gains of a column's questions, their scores less that of no question, are multiplied with.
using SearchFactors = std::vector<double>;

// The score of a question, over all leaves with sums G and W on either side of it:
//   l2      sum of G^2 / (W + l2)
//   cosine  sum of G v / sqrt(sum of W v^2), v = G / (W + l2)
// Returns the tree's questions with thresholds, at most `depth` of them: fewer when no question tells any rows apart.
// O(rows x columns x depth).
std::vector<gbdt::Split> search_tree(const Columns& columns, const SearchRows& rows, const Parameters& parameters,
                                     const SearchNoise& noise, const SearchFactors& factors, Parallel& parallel);

// The leaf of each of `rows` rows. The questions are about columns that are there.
std::vector<std::uint16_t> leaves_of(const Columns& columns, std::span<const gbdt::Split> splits, std::size_t rows);

}  // namespace proffer::boosting
