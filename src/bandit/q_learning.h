// `QLearning`: what to show next to this customer, given what he was shown and took last.
//
// State: the last two options he was shown and the last one he took up. Action: the option shown. Watkins and Dayan,
// "Q-learning", Machine Learning 8, 1992:
//
//   Q(s, a) += learning_rate * (R + discount_factor * max over a' of Q(s', a') - Q(s, a)),   Q = 0 at first.
//
// From the log (`training_data_source` "logging") each of his selected contacts is a step, in the order of time and
// rank; R is max_reward * min(1, learning reward) for an accepted one, 0 otherwise. An option is unknown that was never
// shown to him in the state in which he is.
//
// By simulation ("feature_store") steps start in the state in which he is, each option first in turn and then one
// chosen by an epsilon-greedy rule with `random_action`. Customers are taken to accept an option as all did so far,
// with chance p = (accepted + 1) / (contacts + 2); R is max_reward * p. The first value of a first step is
// learning_rate * (R + discount_factor * max_reward). The same customer and history give the same values. An option
// without contacts is unknown.
#pragma once

#include <memory>

#include "bandit/model.h"

namespace proffer::bandit {

// predict is O(contacts of the customer, at most limits::customer_contacts), or O(steps, some thousands + options).
std::unique_ptr<Model> make_q_learning(const decision::Campaign& campaign);

}  // namespace proffer::bandit
