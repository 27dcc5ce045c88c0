#include "bandit/beta_score_laws.h"

#include <algorithm>
#include <array>

#include "bandit/beta_draws.h"

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

// In pieces that stay in the cache. Each arm that takes part draws from a stream of its candidate's own.
void BetaScoreLaws::draw(std::uint64_t seed, std::span<Standing> standings) const {
  constexpr std::size_t piece = 256;
  std::array<double, piece> alpha;
  std::array<double, piece> beta;
  std::array<std::uint64_t, piece> streams;
  std::array<double, piece> drawn;
  for (std::size_t begin = 0; begin < standings.size(); begin += piece) {
    const std::size_t count = std::min(piece, standings.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t arm = draw_arm(seed, begin + i);
      alpha[i] = candidates_.alpha[arm];
      beta[i] = candidates_.beta[arm];
      streams[i] = begin + i;
    }
    draw_betas(std::span(alpha).first(count), std::span(beta).first(count), std::span(streams).first(count), seed,
               std::span(drawn).first(count));
    for (std::size_t i = 0; i < count; ++i) standings[begin + i] = {drawn[i], 0};
  }
}

// The arm that speaks for a candidate this time.
std::size_t BetaScoreLaws::draw_arm(std::uint64_t seed, std::size_t candidate) const {
  constexpr std::uint64_t speaker_key = 0x8cb92ba72f3d8dd7ULL;  // keeps these numbers apart from those of the scores
  const auto first = candidates_.first[candidate];
  const auto arms = candidates_.first[candidate + 1] - first;
  return first + (arms > 1 ? base::RandomStream(seed, candidate ^ speaker_key).below(arms) : 0);
}

double BetaScoreLaws::above(std::size_t candidate, const Standing& standing) const {
  const auto& tails = std::ranges::lower_bound(shown_, candidate, {}, &Mixture::candidate)->tails;
  double sum = 0;
  for (const BetaTail& tail : tails) sum += tail(standing.score);
  return sum / static_cast<double>(tails.size());
}

}  // namespace proffer::bandit
