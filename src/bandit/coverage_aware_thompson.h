// `behaviorAlgos` / `coverageAwareThompson`: Thompson sampling that spreads slates over all offers. Of an option with n
// contacts, each offer scores
//   theta * (n + 1)^-gamma * weighting,   theta ~ Beta(alpha, beta + n^gamma),   n^gamma = 0 for n = 0,
// so what was shown often must be ever better to be shown again. The original's documentation; see
// docs/compatibility.md for what it leaves open.
#pragma once

#include <memory>

#include "bandit/algorithm.h"

namespace proffer::bandit {

std::unique_ptr<Policy> make_coverage_aware_thompson(const decision::Campaign& campaign);

}  // namespace proffer::bandit
