#include "bandit/mixture_score_laws.h"

#include <algorithm>
#include <cmath>

#include "bandit/beta_sampler.h"

namespace proffer::bandit {
namespace {

const ScorePart& draw_part(std::span<const ScorePart> parts, base::RandomStream& stream) {
  if (parts.size() == 1) return parts.front();
  double left = stream.uniform();
  for (const ScorePart& part : parts.first(parts.size() - 1)) {
    left -= part.weight;
    if (left < 0) return part;
  }
  return parts.back();
}

Standing draw_one(std::span<const ScorePart> parts, base::RandomStream stream) {
  const ScorePart& part = draw_part(parts, stream);
  const double tie = stream.uniform();
  if (part.fixed()) return {part.factor, tie};
  return {part.factor * from_log_odds(draw_beta_log_odds(part.alpha, part.beta, stream)), tie};
}

double fixed_above(double score, const Standing& standing) {
  if (score == standing.score) return 1 - standing.tie;
  return score > standing.score ? 1 : 0;
}

// P(factor * Beta > score): the law's tail, or what it leaves where the factor is negative.
double beta_above(const ScorePart& part, const BetaTail& tail, double score) {
  const bool positive = part.factor > 0;
  const double t = score / part.factor;
  if (t <= 0) return positive ? 1 : 0;
  if (t >= 1) return positive ? 0 : 1;
  const double above = tail(std::log(t) - std::log1p(-t));
  return positive ? above : 1 - above;
}

}  // namespace

MixtureScoreLaws::MixtureScoreLaws(const ScoreMixtures& mixtures, std::span<const std::uint32_t> shown)
    : mixtures_(mixtures) {
  for (const std::uint32_t candidate : shown) {
    Tails own{candidate, {}};
    for (const ScorePart& part : mixtures.of(candidate)) {
      auto& tail = own.tails.emplace_back();
      if (!part.fixed()) tail.emplace(BetaLaw(part.alpha, part.beta));
    }
    shown_.push_back(std::move(own));
  }
  std::ranges::sort(shown_, {}, &Tails::candidate);
}

void MixtureScoreLaws::draw(std::uint64_t seed, std::span<Standing> standings) const {
  for (std::size_t i = 0; i < standings.size(); ++i) {
    standings[i] = draw_one(mixtures_.of(i), base::RandomStream(seed, i));
  }
}

double MixtureScoreLaws::above(std::size_t candidate, const Standing& standing) const {
  const auto& tails = std::ranges::lower_bound(shown_, candidate, {}, &Tails::candidate)->tails;
  const auto parts = mixtures_.of(candidate);
  double sum = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    sum += parts[i].weight *
           (tails[i] ? beta_above(parts[i], *tails[i], standing.score) : fixed_above(parts[i].factor, standing));
  }
  return sum;
}

}  // namespace proffer::bandit
