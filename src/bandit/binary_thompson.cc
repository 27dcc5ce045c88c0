#include "bandit/binary_thompson.h"

#include <cmath>

#include "bandit/beta_draws.h"
#include "bandit/beta_propensities.h"
#include "bandit/beta_sampler.h"
#include "bandit/mixture_propensities.h"
#include "bandit/scaled_scores.h"

namespace proffer::bandit {
namespace {

// Scores are log-odds inside, so that draws next to 0 and 1 keep their order.
class BinaryThompson final : public Policy {
 public:
  void score(const Candidates& candidates, std::uint64_t seed, std::span<double> scores) const override {
    const bool one_each = candidates.alpha.size() == candidates.size();
    if (one_each) return draw_betas(candidates.alpha, candidates.beta, candidates.stream, seed, scores);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const auto arm = candidates.speaker[i];
      draw_betas(candidates.alpha.subspan(arm, 1), candidates.beta.subspan(arm, 1), candidates.stream.subspan(arm, 1),
                 seed, scores.subspan(i, 1));
    }
  }

  double reported(double score) const override { return from_log_odds(score); }

  // Next to 0 a scaled score is sign(scale) exp(log-odds + log|scale|), which a double may not hold; next to 1 those of
  // equal scale keep the order of their log-odds. So that this can be ordered across the signs, it is made positive
  // first, by a growing function.
  double finer(double score, double scale) const override {
    if (scale == 0) return 0;
    const double x = score + std::log(std::abs(scale));
    return std::copysign(x < 0 ? 1 / (1 - x) : 1 + x, scale);
  }

  Propensities propensities(const Candidates& candidates, std::span<const std::uint32_t> shown, std::uint64_t seed,
                            PropensityTables& tables) const override {
    if (!keeps_order(candidates.scale)) return mixture_propensities(beta_mixtures(candidates), shown, seed);
    return beta_propensities(candidates, shown, seed, tables);
  }
};

}  // namespace

std::unique_ptr<Policy> make_binary_thompson(const decision::Campaign&) { return std::make_unique<BinaryThompson>(); }

}  // namespace proffer::bandit
