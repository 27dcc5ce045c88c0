// Which rows a tree is grown from, and how much each counts.
#pragma once

#include <span>
#include <vector>

#include "boosting/parallel.h"
#include "boosting/train.h"

namespace proffer::boosting {

// A weight for each row, drawn from (seed, tree) block by block:
//   none       1
//   bernoulli  1 with probability `subsample`, else 0
//   bayesian   (-ln U)^bagging_temperature
//   mvs        1 / p with probability p = min(1, sqrt(g^2 + lambda) / t), else 0, with t such that the p of a block add
//              up to `subsample` of its rows (Ibragimov and Gusev, NeurIPS 2019)
// `mean_leaf` is the mean of the absolute leaf values of the last tree, whose square is lambda; before the first tree
// the mean of absolute gradients takes its place.
std::vector<double> sample_weights(const Parameters& parameters, std::span<const double> gradients, double mean_leaf,
                                   std::uint32_t tree, Parallel& parallel);

// The mean of absolute values.
double mean_size(std::span<const double> values);

// The t of mvs for these sqrt(g^2 + lambda): the sum of min(1, s / t) is `rows`, 0 < rows <= size.
double mvs_threshold(std::span<const double> sizes, double rows);

}  // namespace proffer::boosting
