// Where to look next: the tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011), with the defaults of
// Optuna 5.0: all dimensions at once, and trials under way counted among the worse ones, so that those begun together
// keep apart ("constant liar").
#pragma once

#include <cstdint>
#include <span>

#include "tuning/study.h"

namespace proffer::tuning {

inline constexpr std::size_t random_trials = 10;  // before the first that follows what was seen
inline constexpr std::size_t candidates = 24;

// The point of the next trial: drawn at random until `random_trials` have ended, then the candidate with the largest
// ratio of the density of the best tenth (at most 25, pruned ones after complete ones) to that of the others. A pure
// function of its arguments. O(candidates x trials x dimensions).
Point suggest(const Space& space, std::span<const Trial> trials, std::uint64_t seed);

}  // namespace proffer::tuning
