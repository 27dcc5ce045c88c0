#include "bandit/mixture_propensities.h"

#include "bandit/mixture_integration.h"
#include "bandit/mixture_score_laws.h"

namespace proffer::bandit {

Propensities mixture_propensities(const ScoreMixtures& mixtures, std::span<const std::uint32_t> shown,
                                  std::uint64_t seed) {
  if (shown.empty() || mixtures.size() == 1) {
    const std::vector<double> ones(shown.size(), 1.0);
    return {ones, ones, decision::PropensityMethod::closed_form, 0};
  }
  if (auto exact = integrate_mixtures(mixtures, shown)) return *std::move(exact);
  return count_propensities(MixtureScoreLaws(mixtures, shown), shown, seed, draws_for(mixtures.size()));
}

}  // namespace proffer::bandit
