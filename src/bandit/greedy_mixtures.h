// Propensities of greedy_propensities.h where some candidates have several arms, one of which was drawn to speak.
#pragma once

#include <cstdint>
#include <span>

#include "bandit/algorithm.h"

namespace proffer::bandit {

// By quadrature over score and tie number, else counted from draws. O(arms * nodes * places).
Propensities greedy_mixture_propensities(const Candidates& candidates, std::span<const double> values,
                                         std::span<const std::uint32_t> shown, std::uint64_t seed);

}  // namespace proffer::bandit
