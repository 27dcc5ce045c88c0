#include "bandit/scaled_scores.h"

#include <algorithm>

namespace proffer::bandit {

void scale_scores(const Policy& policy, const Candidates& candidates, std::span<const double> scores,
                  std::span<double> scaled) {
  for (std::size_t i = 0; i < scaled.size(); ++i) {
    scaled[i] = candidates.scale[candidates.speaker[i]] * policy.reported(scores[i]);
  }
}

bool keeps_order(std::span<const double> scale) {
  if (scale.empty()) return true;
  return scale.front() > 0 && std::ranges::all_of(scale, [&](double one) { return one == scale.front(); });
}

}  // namespace proffer::bandit
