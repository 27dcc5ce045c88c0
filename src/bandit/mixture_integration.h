// Propensities of mixtures by quadrature. For each shown candidate and each of its parts,
//   slot  = integral of f(t) P(exactly place others above factor * t) dt
// over the log-odds of t, in panels that end where another's law or fixed score begins or ends, and are halved until
// they are smooth enough; for a fixed score, over the number by which ties are broken.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "bandit/score_mixtures.h"

namespace proffer::bandit {

// Absolute error about 1e-8. Nothing when it would cost more than limits::mixture_propensity_steps.
std::optional<Propensities> integrate_mixtures(const ScoreMixtures& mixtures, std::span<const std::uint32_t> shown);

}  // namespace proffer::bandit
