#include "bandit/epsilon_greedy.h"

#include "bandit/valued_policy.h"

namespace proffer::bandit {

std::unique_ptr<Policy> make_epsilon_greedy(const decision::Campaign&) { return make_valued_policy(observed_take_ups); }

}  // namespace proffer::bandit
