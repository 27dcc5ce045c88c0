#include "bandit/epsilon_greedy.h"

#include "bandit/greedy_propensities.h"
#include "bandit/mixture_propensities.h"
#include "bandit/scaled_scores.h"
#include "base/random.h"

namespace proffer::bandit {
namespace {

// Each arm's take-up times its scale; without contacts, its scale times a uniform number, which is Beta(1, 1).
ScoreMixtures take_up_mixtures(const Candidates& candidates) {
  ScoreMixtures mixtures;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto arms = candidates.first[i + 1] - candidates.first[i];
    for (auto arm = candidates.first[i]; arm < candidates.first[i + 1]; ++arm) {
      const double scale = candidates.scale[arm];
      if (const auto take_up = observed_take_up(candidates, arm))
        mixtures.add_fixed(1.0 / arms, scale * *take_up);
      else
        mixtures.add_beta(1.0 / arms, scale, 1, 1);
    }
    mixtures.end_candidate();
  }
  return mixtures;
}

class EpsilonGreedy final : public Policy {
 public:
  void score(const Candidates& candidates, std::uint64_t seed, std::span<double> scores) const override {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const auto arm = candidates.speaker[i];
      const auto take_up = observed_take_up(candidates, arm);
      scores[i] = take_up ? *take_up : base::RandomStream(seed, candidates.stream[arm]).uniform();
    }
  }

  Propensities propensities(const Candidates& candidates, std::span<const std::uint32_t> shown, std::uint64_t seed,
                            PropensityTables&) const override {
    if (!keeps_order(candidates.scale)) return mixture_propensities(take_up_mixtures(candidates), shown, seed);
    return greedy_propensities(candidates, shown, seed);
  }
};

}  // namespace

std::unique_ptr<Policy> make_epsilon_greedy(const decision::Campaign&) { return std::make_unique<EpsilonGreedy>(); }

}  // namespace proffer::bandit
