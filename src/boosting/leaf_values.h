// What each leaf of a tree adds to the raw score.
#pragma once

#include <span>
#include <vector>

#include "boosting/loss.h"
#include "boosting/parallel.h"

namespace proffer::boosting {

struct LeafRows {
  std::span<const double> raw;  // before this tree
  std::span<const float> targets;
  std::span<const float> weights;  // empty: 1 each
  std::span<const std::uint16_t> leaf_of;
};

// Newton's method, G / (H + l2 x mean weight) added up over `iterations` steps; a step that does not lower the loss of
// all rows is halved, up to ten times, and then is the last (CatBoost's AnyImprovement). Before the learning rate.
std::vector<double> leaf_values(Loss loss, const LeafRows& rows, std::size_t leaves, double l2,
                                std::uint32_t iterations, Parallel& parallel);

// The weights of the rows in each leaf.
std::vector<double> leaf_weights(const LeafRows& rows, std::size_t leaves);

}  // namespace proffer::boosting
