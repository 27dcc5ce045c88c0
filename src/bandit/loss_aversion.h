// `behaviorAlgos` / `lossAversion`: take-up in which refusals count more than acceptances, with an upper confidence
// bound. For an arm with n contacts, a of them accepted, of N contacts of all candidates together:
//
//   rate     = a / n
//   adjusted = rate                        where rate >= 1/2
//              a / (a + factor * (n - a))  below: each refusal counts `factor` times
//   bound    = adjusted + d * sqrt(exploration * ln N / n),   d = 1 - rate where rate >= 1/2, else 1
//   learned  = (a + 1.5) / (n + 2.5), the mean after a Beta(1.5, 1) prior
//   score    = ucb_weight * learned + (1 - ucb_weight) * bound, as a share of the sum
//
// The published formula multiplies a rate below 1/2 by the factor, which raises it; the text around it wants the
// failure rate amplified, which this does, and stays between 0 and 1. Bound: Auer, Cesa-Bianchi and Fischer, Machine
// Learning 47, 2002 (UCB1).
#pragma once

#include <memory>

#include "bandit/algorithm.h"

namespace proffer::bandit {

std::unique_ptr<Policy> make_loss_aversion(const decision::Campaign& campaign);

}  // namespace proffer::bandit
