#include "bandit/score_mixtures.h"

#include <algorithm>

#include "bandit/beta_sampler.h"

namespace proffer::bandit {

void ScoreMixtures::add_fixed(double weight, double score) { parts_.push_back({weight, score, 0, 0}); }

void ScoreMixtures::add_beta(double weight, double factor, double alpha, double beta) {
  if (factor == 0) return add_fixed(weight, 0);
  const auto valid = [](double shape) { return std::clamp(shape, least_shape, greatest_shape); };
  parts_.push_back({weight, factor, valid(alpha), valid(beta)});
}

void ScoreMixtures::end_candidate() { first_.push_back(static_cast<std::uint32_t>(parts_.size())); }

ScoreMixtures beta_mixtures(const Candidates& candidates) {
  ScoreMixtures mixtures;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto arms = candidates.first[i + 1] - candidates.first[i];
    for (auto arm = candidates.first[i]; arm < candidates.first[i + 1]; ++arm) {
      const double scale = candidates.scale.empty() ? 1 : candidates.scale[arm];
      mixtures.add_beta(1.0 / arms, scale, candidates.alpha[arm], candidates.beta[arm]);
    }
    mixtures.end_candidate();
  }
  return mixtures;
}

}  // namespace proffer::bandit
