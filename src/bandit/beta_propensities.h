// Propensities of slates ordered by independent Beta draws, one a candidate; a candidate with several arms draws from
// the uniform mixture of their laws.
//   slot  = integral of f_i(t) P(exactly place others above t) dt
//   slate = integral of f_i(t) P(fewer than places others above t) dt
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "bandit/algorithm.h"
#include "bandit/propensity_tables.h"

namespace proffer::bandit {

// By quadrature where that fits into limits::exact_propensity_*, else counted from draws. Never 0 for what was shown.
Propensities beta_propensities(const Candidates& candidates, std::span<const std::uint32_t> shown, std::uint64_t seed,
                               PropensityTables& tables);

// Absolute error about 1e-8. Nothing when it would cost more than the limits allow, or the laws cannot be resolved.
std::optional<Propensities> integrate_propensities(const Candidates& candidates, std::span<const std::uint32_t> shown,
                                                   PropensityTables& tables);

}  // namespace proffer::bandit
