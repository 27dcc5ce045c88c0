// `behaviorAlgos` / `longTailBoostMF`: what customers like alike, from factors of what they accepted, with a boost for
// what was shown rarely:
//
//   score = (u . v) * (exposure + 1)^-gamma * (1 + entropy_weight * H(p)) * weighting of the option
//
// u is the customer's vector, v the option's (factorization.h), exposure the weight of the option's contacts, p =
// (accepted + 1) / (contacts + 2) and H(p) = -p log2 p - (1 - p) log2 (1 - p).
//
// Options' vectors are fitted anew, from the slates selected then, each time that max(16, selected contacts / 8) more
// contacts came in; the customer's follows from them and from all that he accepted up to now, by one exact half-step.
// Customers who accepted nothing, and options without contacts at the last fit, have a vector from N(0, 0.01^2), always
// the same. Where nothing was accepted at the last fit, nothing is known.
#pragma once

#include <memory>

#include "bandit/algorithm.h"

namespace proffer::bandit {

// predict is O((what the customer accepted + options) * dimensions^2). A fit takes at most about
// limits::factor_steps operations.
std::unique_ptr<Model> make_long_tail(const decision::Campaign& campaign);

// Orders by what the model says, times the weightings.
std::unique_ptr<Policy> make_long_tail_policy(const decision::Campaign& campaign);

}  // namespace proffer::bandit
