#include "bandit/beta_score_laws.h"

#include <algorithm>

#include "bandit/beta_sampler.h"

namespace proffer::bandit {

BetaScoreLaws::BetaScoreLaws(const Candidates& candidates, std::span<const std::uint32_t> shown)
    : candidates_(candidates) {
  for (const std::uint32_t candidate : shown) {
    Mixture mixture{candidate, {}};
    for (auto arm = candidates.first[candidate]; arm < candidates.first[candidate + 1]; ++arm) {
      mixture.tails.emplace_back(BetaLaw(candidates.alpha[arm], candidates.beta[arm]));
    }
    shown_.push_back(std::move(mixture));
  }
  std::ranges::sort(shown_, {}, &Mixture::candidate);
}

Standing BetaScoreLaws::draw(std::size_t candidate, base::RandomStream& stream) const {
  const auto first = candidates_.first[candidate];
  const auto arms = candidates_.first[candidate + 1] - first;
  const auto arm = first + (arms > 1 ? stream.below(arms) : 0);
  return {draw_beta_log_odds(candidates_.alpha[arm], candidates_.beta[arm], stream), 0};
}

double BetaScoreLaws::above(std::size_t candidate, const Standing& standing) const {
  const auto& tails = std::ranges::lower_bound(shown_, candidate, {}, &Mixture::candidate)->tails;
  double sum = 0;
  for (const BetaTail& tail : tails) sum += tail(standing.score);
  return sum / static_cast<double>(tails.size());
}

}  // namespace proffer::bandit
