#include "tuning/median_pruner.h"

#include <algorithm>

namespace proffer::tuning {
namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

}  // namespace

MedianPruner::MedianPruner(std::span<const Trial> trials, std::size_t warm_up) : warm_up_(warm_up) {
  std::vector<const Trial*> complete;
  for (const auto& trial : trials) {
    if (trial.state == Trial::State::complete) complete.push_back(&trial);
  }
  if (complete.size() < least_trials) return;
  for (std::size_t step = 0;; ++step) {
    std::vector<double> values;
    for (const auto* trial : complete) {
      if (step < trial->steps.size()) values.push_back(trial->steps[step]);
    }
    if (values.empty()) return;
    medians_.push_back(median(std::move(values)));
  }
}

bool MedianPruner::prunes(std::span<const double> steps) const {
  return !steps.empty() && prunes(steps.size(), *std::min_element(steps.begin(), steps.end()));
}

bool MedianPruner::prunes(std::size_t steps, double best) const {
  return steps > warm_up_ && steps <= medians_.size() && best > medians_[steps - 1];
}

}  // namespace proffer::tuning
