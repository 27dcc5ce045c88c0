#include "bandit/binary_thompson.h"

#include "bandit/beta_propensities.h"
#include "bandit/beta_sampler.h"

namespace proffer::bandit {
namespace {

// Scores are log-odds inside, so that draws next to 0 and 1 keep their order.
class BinaryThompson final : public Policy {
 public:
  void score(const Candidates& candidates, std::uint64_t seed, std::span<double> scores) const override {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const auto arm = candidates.speaker[i];
      base::RandomStream stream(seed, candidates.stream[arm]);
      scores[i] = draw_beta_log_odds(candidates.alpha[arm], candidates.beta[arm], stream);
    }
  }

  double reported(double score) const override { return from_log_odds(score); }

  Propensities propensities(const Candidates& candidates, std::span<const std::uint32_t> shown, std::uint64_t seed,
                            PropensityTables& tables) const override {
    return beta_propensities(candidates, shown, seed, tables);
  }
};

}  // namespace

std::unique_ptr<Policy> make_binary_thompson(const decision::Campaign&) { return std::make_unique<BinaryThompson>(); }

}  // namespace proffer::bandit
