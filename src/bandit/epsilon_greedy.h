// `epsilonGreedy`: each offer scores its observed take-up, accepted / contacts; offers without contacts score a uniform
// random number, so that they get their first ones. Exploration is the campaign's model epsilon. Sutton and Barto,
// Reinforcement Learning, 2nd edition, 2018, section 2.2.
#pragma once

#include <memory>

#include "bandit/algorithm.h"

namespace proffer::bandit {

std::unique_ptr<Policy> make_epsilon_greedy(const decision::Campaign& campaign);

}  // namespace proffer::bandit
