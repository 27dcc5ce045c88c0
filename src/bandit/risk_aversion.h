// `behaviorAlgos` / `riskAversion`: mean less variance. An arm of observed take-up p has the utility
//
//   p - coefficient / 2 * p (1 - p),
//
// shown as a share of the sum. Markowitz, "Portfolio selection", Journal of Finance 7, 1952; for bandits Sani, Lazaric
// and Munos, NIPS 2012. With a coefficient from 0 to 2 it grows with p and is never negative; above 2 an offer that
// nobody takes would beat one that some take, so campaigns may not ask for that.
#pragma once

#include <memory>

#include "bandit/algorithm.h"

namespace proffer::bandit {

std::unique_ptr<Policy> make_risk_aversion(const decision::Campaign& campaign);

}  // namespace proffer::bandit
