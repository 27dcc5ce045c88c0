// When a trial is not worth its time any more: Optuna's median pruner, with its defaults but for a warm-up.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "tuning/study.h"

namespace proffer::tuning {

class MedianPruner {
 public:
  // Looks at the complete ones of these trials. With fewer than `least_trials` of them it prunes nothing, nor
  // does it within the first `warm_up` steps.
  explicit MedianPruner(std::span<const Trial> trials, std::size_t warm_up = 0);

  static constexpr std::size_t least_trials = 5;

  // Whether the best value of `steps` is worse than the median of what the others had after as many steps.
  bool prunes(std::span<const double> steps) const;
  // The same for whoever has the best value at hand: O(1).
  bool prunes(std::size_t steps, double best) const;

 private:
  std::size_t warm_up_;
  std::vector<double> medians_;  // after step i + 1
};

}  // namespace proffer::tuning
