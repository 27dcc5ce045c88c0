// Propensities of slates ordered by independent scores, each from a mixture of fixed scores and of multiples of Beta
// laws; equal scores are put in order at random.
#pragma once

#include <cstdint>
#include <span>

#include "bandit/score_mixtures.h"

namespace proffer::bandit {

// By quadrature where that fits into limits::mixture_*, else counted from draws. Never 0 for what was shown.
Propensities mixture_propensities(const ScoreMixtures& mixtures, std::span<const std::uint32_t> shown,
                                  std::uint64_t seed);

}  // namespace proffer::bandit
