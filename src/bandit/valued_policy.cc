#include "bandit/valued_policy.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "bandit/greedy_propensities.h"
#include "bandit/mixture_propensities.h"
#include "bandit/scaled_scores.h"
#include "base/random.h"

namespace proffer::bandit {
namespace {

// Each arm's value times its scale; where unknown, its scale times a uniform number, which is Beta(1, 1).
ScoreMixtures value_mixtures(const Candidates& candidates, std::span<const double> values) {
  ScoreMixtures mixtures;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto arms = candidates.first[i + 1] - candidates.first[i];
    for (auto arm = candidates.first[i]; arm < candidates.first[i + 1]; ++arm) {
      const double scale = candidates.scale[arm];
      if (std::isnan(values[arm]))
        mixtures.add_beta(1.0 / arms, scale, 1, 1);
      else
        mixtures.add_fixed(1.0 / arms, scale * values[arm]);
    }
    mixtures.end_candidate();
  }
  return mixtures;
}

class ValuedPolicy final : public Policy {
 public:
  explicit ValuedPolicy(ArmValues values) : values_(std::move(values)) {}

  void score(const Candidates& candidates, std::uint64_t seed, std::span<double> scores) const override {
    const auto values = values_of(candidates);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const auto arm = candidates.speaker[i];
      scores[i] = std::isnan(values[arm]) ? base::RandomStream(seed, candidates.stream[arm]).uniform() : values[arm];
    }
  }

  Propensities propensities(const Candidates& candidates, std::span<const std::uint32_t> shown, std::uint64_t seed,
                            PropensityTables&) const override {
    const auto values = values_of(candidates);
    if (!keeps_order(candidates.scale)) return mixture_propensities(value_mixtures(candidates, values), shown, seed);
    return greedy_propensities(candidates, values, shown, seed);
  }

 private:
  std::vector<double> values_of(const Candidates& candidates) const {
    std::vector<double> values(candidates.alpha.size(), unknown_value);
    values_(candidates, values);
    return values;
  }

  ArmValues values_;
};

}  // namespace

std::unique_ptr<Policy> make_valued_policy(ArmValues values) {
  return std::make_unique<ValuedPolicy>(std::move(values));
}

void observed_take_ups(const Candidates& candidates, std::span<double> values) {
  for (std::size_t arm = 0; arm < values.size(); ++arm) {
    const double contacts = candidates.contacts[arm];
    values[arm] = contacts > 0 ? candidates.accepted[arm] / contacts : unknown_value;
  }
}

void model_values(const Candidates& candidates, std::span<double> values) {
  if (candidates.value.empty())
    std::ranges::fill(values, unknown_value);
  else
    std::ranges::copy(candidates.value, values.begin());
}

std::unique_ptr<Policy> make_model_policy(const decision::Campaign&) { return make_valued_policy(model_values); }

void to_shares(std::span<double> values) {
  const auto is_known = [](double value) { return !std::isnan(value); };
  double smallest = 0;
  for (const double value : values) smallest = std::fmin(smallest, value);
  double sum = 0;
  for (const double value : values) sum += is_known(value) ? value - smallest : 0;
  const auto known = static_cast<double>(std::ranges::count_if(values, is_known));
  for (double& value : values) {
    if (is_known(value)) value = sum > 0 ? (value - smallest) / sum : 1 / known;
  }
}

}  // namespace proffer::bandit
