#include "bandit/risk_aversion.h"

#include "bandit/valued_policy.h"

namespace proffer::bandit {

std::unique_ptr<Policy> make_risk_aversion(const decision::Campaign& campaign) {
  const double coefficient = campaign.settings.risk_aversion.coefficient;
  return make_valued_policy([coefficient](const Candidates& candidates, std::span<double> values) {
    observed_take_ups(candidates, values);
    for (double& p : values) p -= coefficient / 2 * p * (1 - p);
    to_shares(values);
  });
}

}  // namespace proffer::bandit
