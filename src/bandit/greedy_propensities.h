// Propensities of slates ordered by observed take-up, ties broken at random, where candidates without contacts score a
// uniform random number.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "bandit/algorithm.h"

namespace proffer::bandit {

// accepted / contacts of an arm; nothing without contacts.
std::optional<double> observed_take_up(const Candidates& candidates, std::size_t arm);

// In closed form while each candidate has one arm; by quadrature, exact to rounding, when some have several; counted
// from draws when that would cost more than limits::exact_propensity_steps. O(candidates) in closed form.
Propensities greedy_propensities(const Candidates& candidates, std::span<const std::uint32_t> shown,
                                 std::uint64_t seed);

}  // namespace proffer::bandit
