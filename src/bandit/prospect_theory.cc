#include "bandit/prospect_theory.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bandit/valued_policy.h"

namespace proffer::bandit {
namespace {

using ProspectSettings = decision::AlgorithmSettings::ProspectTheory;

double weight(double p, double gamma) {
  if (p <= 0) return 0;
  return std::exp(-std::pow(-std::log(std::min(p, 1.0)), gamma));
}

double drift(const ProspectSettings& settings, double contacts) {
  if (!settings.adaptive_drift) return settings.base_drift;
  return settings.base_drift + (1 - settings.base_drift) / (1 + contacts);
}

double usual_take_up(const Candidates& candidates) {
  const double accepted = std::accumulate(candidates.accepted.begin(), candidates.accepted.end(), 0.0);
  return accepted / std::accumulate(candidates.contacts.begin(), candidates.contacts.end(), 0.0);
}

}  // namespace

double prospect_value(const ProspectSettings& settings, double take_up, double usual) {
  const double x = take_up - usual;
  if (x >= 0) return std::pow(x, settings.alpha) * weight(take_up, settings.gamma_gain);
  return -settings.lambda * std::pow(-x, settings.beta) * weight(1 - take_up, settings.gamma_loss);
}

std::unique_ptr<Policy> make_prospect_theory(const decision::Campaign& campaign) {
  return make_valued_policy(
      [settings = campaign.settings.prospect_theory](const Candidates& candidates, std::span<double> values) {
        observed_take_ups(candidates, values);
        const double usual = usual_take_up(candidates);
        for (double& value : values) {
          if (!std::isnan(value)) value = prospect_value(settings, value, usual);
        }
        to_shares(values);
        const auto known = std::ranges::count_if(values, [](double value) { return !std::isnan(value); });
        for (std::size_t arm = 0; arm < values.size(); ++arm) {
          const double d = drift(settings, candidates.contacts[arm]);
          values[arm] = (1 - d) * values[arm] + d / static_cast<double>(known);
        }
      });
}

}  // namespace proffer::bandit
