#include "bandit/weightings.h"

namespace proffer::bandit {

Weightings::Weightings(const decision::Campaign& campaign) {
  for (const decision::Option& option : campaign.options) {
    if (option.weighting != 1) by_stream_.emplace(option.stream, option.weighting);
  }
}

double Weightings::of(const Candidates& candidates, std::size_t arm) const {
  if (by_stream_.empty()) return 1;
  const auto found = by_stream_.find(candidates.stream[arm]);
  return found == by_stream_.end() ? 1 : found->second;
}

}  // namespace proffer::bandit
