// Propensities of slates ordered by a value of each arm, ties broken at random, where arms of unknown value score a
// uniform random number between 0 and 1.
#pragma once

#include <cstdint>
#include <span>

#include "bandit/algorithm.h"

namespace proffer::bandit {

// values[arm] is finite, of any size and either sign, or NaN where it is unknown.
// In closed form while each candidate has one arm; by quadrature, exact to rounding, when some have several; counted
// from draws when that would cost more than limits::exact_propensity_steps. O(candidates) in closed form.
Propensities greedy_propensities(const Candidates& candidates, std::span<const double> values,
                                 std::span<const std::uint32_t> shown, std::uint64_t seed);

}  // namespace proffer::bandit
