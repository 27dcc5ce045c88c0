#include "bandit/epsilon_greedy.h"

#include "bandit/greedy_propensities.h"
#include "base/random.h"

namespace proffer::bandit {
namespace {

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
    return greedy_propensities(candidates, shown, seed);
  }
};

}  // namespace

std::unique_ptr<Policy> make_epsilon_greedy(const decision::Campaign&) { return std::make_unique<EpsilonGreedy>(); }

}  // namespace proffer::bandit
