#include "bandit/mixture_propensities.h"

#include "bandit/mixture_score_laws.h"

namespace proffer::bandit {

Propensities mixture_propensities(const ScoreMixtures& mixtures, std::span<const std::uint32_t> shown,
                                  std::uint64_t seed) {
  return count_propensities(MixtureScoreLaws(mixtures, shown), shown, seed, draws_for(mixtures.size()));
}

}  // namespace proffer::bandit
