#include "bandit/coverage_aware_thompson.h"

#include <cmath>
#include <vector>

#include "bandit/beta_draws.h"
#include "bandit/beta_sampler.h"
#include "bandit/mixture_propensities.h"
#include "bandit/weightings.h"

namespace proffer::bandit {
namespace {

class CoverageAwareThompson final : public Policy {
 public:
  explicit CoverageAwareThompson(const decision::Campaign& campaign)
      : gamma_(campaign.settings.coverage.gamma), weightings_(campaign) {}

  void score(const Candidates& candidates, std::uint64_t seed, std::span<double> scores) const override {
    std::vector<double> alpha(scores.size());
    std::vector<double> beta(scores.size());
    std::vector<std::uint64_t> streams(scores.size());
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const auto arm = candidates.speaker[i];
      alpha[i] = candidates.alpha[arm];
      beta[i] = crowded_beta(candidates, arm);
      streams[i] = candidates.stream[arm];
    }
    draw_betas(alpha, beta, streams, seed, scores);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      scores[i] = factor(candidates, candidates.speaker[i]) * from_log_odds(scores[i]);
    }
  }

  Propensities propensities(const Candidates& candidates, std::span<const std::uint32_t> shown, std::uint64_t seed,
                            PropensityTables&) const override {
    ScoreMixtures mixtures;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const auto arms = candidates.first[i + 1] - candidates.first[i];
      for (auto arm = candidates.first[i]; arm < candidates.first[i + 1]; ++arm) {
        const double scale = candidates.scale.empty() ? 1 : candidates.scale[arm];
        mixtures.add_beta(1.0 / arms, scale * factor(candidates, arm), candidates.alpha[arm],
                          crowded_beta(candidates, arm));
      }
      mixtures.end_candidate();
    }
    return mixture_propensities(mixtures, shown, seed);
  }

 private:
  double crowded_beta(const Candidates& candidates, std::size_t arm) const {
    const double contacts = candidates.contacts[arm];
    return candidates.beta[arm] + (contacts > 0 ? std::pow(contacts, gamma_) : 0);
  }

  // What the draw is multiplied with.
  double factor(const Candidates& candidates, std::size_t arm) const {
    return weightings_.of(candidates, arm) * std::pow(candidates.contacts[arm] + 1, -gamma_);
  }

  double gamma_;
  Weightings weightings_;
};

}  // namespace

std::unique_ptr<Policy> make_coverage_aware_thompson(const decision::Campaign& campaign) {
  return std::make_unique<CoverageAwareThompson>(campaign);
}

}  // namespace proffer::bandit
