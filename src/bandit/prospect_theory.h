// `behaviorAlgos` / `prospectTheory`: gains and losses against what is usual, chances as people weigh them. The usual
// take-up is that of all candidates together: all accepted contacts / all contacts. For an arm with n contacts and
// observed take-up p:
//
//   x  = p - the usual take-up
//   PT = x^alpha * w(p; gamma_gain)                    for a gain, x >= 0
//        -lambda (-x)^beta * w(1 - p; gamma_loss)      for a loss
//   w(p; gamma) = exp(-(-ln p)^gamma)
//   score = (1 - d) share(PT) + d / arms,   d = base_drift, and + (1 - base_drift) / (1 + n) where drift adapts
//
// share(PT): above the smallest PT, as a share of the sum. Value function: Tversky and Kahneman, Journal of Risk and
// Uncertainty 5, 1992; weights: Prelec, Econometrica 66, 1998. With drift that adapts, arms of few contacts stay near
// the middle.
#pragma once

#include <memory>

#include "bandit/algorithm.h"

namespace proffer::bandit {

// The value of one offer, before it becomes a share. 0 <= take_up, usual <= 1.
double prospect_value(const decision::AlgorithmSettings::ProspectTheory& settings, double take_up, double usual);

std::unique_ptr<Policy> make_prospect_theory(const decision::Campaign& campaign);

}  // namespace proffer::bandit
