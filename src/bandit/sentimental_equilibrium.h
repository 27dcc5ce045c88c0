// `behaviorAlgos` / `sentimentalEquilibrium`: how much effort a campaign should make for its customers' engagement. It
// says nothing of single offers: their order is random.
//
// Engagement x follows dx/dt = a c - r x for an effort c, so it rests at x = (a / r) c. The effort c* that maximises
// the discounted integral of U(x) - D(c) solves
//
//   a U'(x*) = (r + rho) D'(c*),   x* = (a / r) c*
//
// with U = sqrt(x), x or ln(1 + x) and D = c^2 / 2 or c. (The steady state of the current-value Hamiltonian; Kamien and
// Schwartz, Dynamic Optimization, 2nd edition, 1991, section II.8.)
#pragma once

#include <memory>

#include "bandit/algorithm.h"

namespace proffer::bandit {

struct SentimentalEquilibrium {
  double effort = 0;      // c*, `requiredEffort`
  double engagement = 0;  // x*, `sentimental_equilibrium`
  bool viable = false;    // there is such a point; both are 0 otherwise, as no effort pays, or any
};

// By Newton and Raphson's method in ln c, in which it converges from where it starts. O(1).
SentimentalEquilibrium sentimental_equilibrium(const decision::AlgorithmSettings::Sentiment& settings);

std::unique_ptr<Policy> make_sentimental_equilibrium(const decision::Campaign& campaign);

}  // namespace proffer::bandit
