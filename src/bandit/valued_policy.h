// Algorithms that know a value for each arm and show the largest first. They differ in where the values come from.
//
// A value is a function of the candidates' arms alone, whichever of them speak; NaN where nothing is known. Arms of
// unknown value score a uniform random number, so cold starts and partial histories give full slates, and equal ones
// are put in order at random. Nothing else explores: that is left to the campaign's epsilons.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "bandit/algorithm.h"

namespace proffer::bandit {

// Fills values[arm], one entry an arm of the candidates, each finite or NaN. Pure.
using ArmValues = std::function<void(const Candidates& candidates, std::span<double> values)>;

std::unique_ptr<Policy> make_valued_policy(ArmValues values);

// accepted / contacts of each arm; NaN without contacts.
void observed_take_ups(const Candidates& candidates, std::span<double> values);

// What the campaign's model says of each arm.
void model_values(const Candidates& candidates, std::span<double> values);
std::unique_ptr<Policy> make_model_policy(const decision::Campaign& campaign);

// Known values become shares that sum to 1, in proportion to what they are above the smallest of them or, where none
// is negative, above 0. Equal shares where that leaves nothing.
void to_shares(std::span<double> values);

}  // namespace proffer::bandit
