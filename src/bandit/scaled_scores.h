// Scores times what the candidates' scale says: how slates are ordered where offers do not count alike, by what an
// acceptance earns or by a hook's reward.
#pragma once

#include <span>

#include "bandit/algorithm.h"

namespace proffer::bandit {

// scaled[i] = scale of the arm that speaks for candidate i * policy.reported(scores[i]): the `arm_reward` that is shown
// and logged; larger is better. Equal ones are ordered by policy.finer, then at random. candidates.scale is not empty;
// `scores` are those of policy.score.
void scale_scores(const Policy& policy, const Candidates& candidates, std::span<const double> scores,
                  std::span<double> scaled);

// Whether the scale cannot change the order: empty, or equal positive numbers. O(arms).
bool keeps_order(std::span<const double> scale);

}  // namespace proffer::bandit
