// `binaryThompson`: each offer scores one draw from the Beta posterior of its take-up. Thompson, Biometrika 25, 1933;
// Chapelle and Li, "An empirical evaluation of Thompson sampling", NIPS 2011.
#pragma once

#include <memory>

#include "bandit/algorithm.h"

namespace proffer::bandit {

std::unique_ptr<Policy> make_binary_thompson(const decision::Campaign& campaign);

}  // namespace proffer::bandit
