#include "bandit/mixture_score_laws.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "bandit/beta_draws.h"
#include "bandit/beta_sampler.h"

namespace proffer::bandit {
namespace {

constexpr std::uint64_t choice_key = 0x9fb21c651e98df25ULL;  // keeps parts and ties apart from what the laws draw
constexpr std::size_t piece = 256;  // candidates drawn at once, in arrays that stay in the cache

const ScorePart& draw_part(std::span<const ScorePart> parts, base::RandomStream& stream) {
  if (parts.size() == 1) return parts.front();
  double left = stream.uniform();
  for (const ScorePart& part : parts.first(parts.size() - 1)) {
    left -= part.weight;
    if (left < 0) return part;
  }
  return parts.back();
}

double fixed_above(double score, const Standing& standing) {
  if (score == standing.score) return 1 - standing.tie;
  return score > standing.score ? 1 : 0;
}

// P(factor * Beta > score): the law's tail, or what it leaves where the factor is negative.
double beta_above(const ScorePart& part, const TailTable& table, double score) {
  const bool positive = part.factor > 0;
  const double t = score / part.factor;
  if (t <= 0) return positive ? 1 : 0;
  if (t >= 1) return positive ? 0 : 1;
  const double log_odds = std::log(t) - std::log1p(-t);
  double above = 0;
  table.find({&log_odds, 1}, {&above, 1});
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
  std::array<const ScorePart*, piece> parts;
  std::array<double, piece> alpha;
  std::array<double, piece> beta;
  std::array<std::uint64_t, piece> streams;
  std::array<double, piece> log_odds;
  for (std::size_t begin = 0; begin < standings.size(); begin += piece) {
    const std::size_t count = std::min(piece, standings.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      base::RandomStream stream(seed, (begin + i) ^ choice_key);
      parts[i] = &draw_part(mixtures_.of(begin + i), stream);
      standings[begin + i].tie = stream.uniform();
      alpha[i] = parts[i]->fixed() ? 1 : parts[i]->alpha;
      beta[i] = parts[i]->fixed() ? 1 : parts[i]->beta;
      streams[i] = begin + i;
    }
    draw_betas(std::span(alpha).first(count), std::span(beta).first(count), std::span(streams).first(count), seed,
               std::span(log_odds).first(count));
    for (std::size_t i = 0; i < count; ++i) {
      standings[begin + i].score = parts[i]->factor * (parts[i]->fixed() ? 1 : from_log_odds(log_odds[i]));
    }
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
