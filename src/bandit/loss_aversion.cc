#include "bandit/loss_aversion.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bandit/valued_policy.h"

namespace proffer::bandit {
namespace {

using LossAversionSettings = decision::AlgorithmSettings::LossAversion;

double score(const LossAversionSettings& settings, double contacts, double accepted, double log_total) {
  const double rate = accepted / contacts;
  const bool losing = rate < 0.5;
  const double adjusted = losing ? accepted / (accepted + settings.factor * (contacts - accepted)) : rate;
  const double width = losing ? 1 : 1 - rate;
  const double bound = adjusted + width * std::sqrt(settings.exploration * log_total / contacts);
  const double learned = (accepted + 1.5) / (contacts + 2.5);
  return settings.ucb_weight * learned + (1 - settings.ucb_weight) * bound;
}

}  // namespace

std::unique_ptr<Policy> make_loss_aversion(const decision::Campaign& campaign) {
  return make_valued_policy(
      [settings = campaign.settings.loss_aversion](const Candidates& candidates, std::span<double> values) {
        const double total = std::accumulate(candidates.contacts.begin(), candidates.contacts.end(), 0.0);
        const double log_total = std::max(0.0, std::log(total));  // decayed contacts may weigh less than 1 together
        observed_take_ups(candidates, values);
        for (std::size_t arm = 0; arm < values.size(); ++arm) {
          if (std::isnan(values[arm])) continue;
          values[arm] = score(settings, candidates.contacts[arm], candidates.accepted[arm], log_total);
        }
        to_shares(values);
      });
}

}  // namespace proffer::bandit
