#include "bandit/mixture_tails.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/limits.h"

namespace proffer::bandit {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// What evaluations cost, in inner steps of counting places.
constexpr std::size_t part_steps = 16;
constexpr std::size_t tail_steps = 64 * GaussLegendre::points;

double log_probability(double log_odds) {
  return log_odds < 0 ? log_odds - std::log1p(std::exp(log_odds)) : -std::log1p(std::exp(-log_odds));
}

// Log-odds of t, of log(t); infinite where t >= 1.
double log_odds_of_log(double log_t) { return log_t < 0 ? log_t - std::log(-std::expm1(log_t)) : infinity; }

// Log-odds of ratio * t, ratio > 0; infinite where that is 1 or more.
double scaled_log_odds(double ratio, double log_odds, double t) {
  constexpr double far_left = -36;  // below, t / (1 - t) is t
  if (ratio == 1) return log_odds;
  const double share = ratio * t;
  if (log_odds < far_left && share < 1e-15) return log_odds + std::log(ratio);
  return share < 1 ? std::log(share / (1 - share)) : infinity;
}

Facing face(const MixtureTails::Part& own, const MixtureTails::Part& other) {
  const double ratio = other.factor / own.factor;
  if (ratio <= 0) return {infinity, infinity, own.factor < 0};
  const bool above_before = own.factor > 0;
  if (other.law == nullptr) {
    const double at = log_odds_of_log(std::log(ratio));
    return {at, at, above_before};
  }
  const BetaLaw& law = other.law->law();
  if (ratio == 1) return {law.lower, law.upper, above_before};
  const auto place = [&](double end) { return log_odds_of_log(std::log(ratio) + log_probability(end)); };
  return {place(law.lower), place(law.upper), above_before};
}

void add_tails(const MixtureTails::Part& part, const ScoreNodes& nodes, NodeValues& tails) {
  NodeValues log_odds;
  const double ratio = nodes.factor / part.factor;
  for (std::size_t k = 0; k < log_odds.size(); ++k) log_odds[k] = scaled_log_odds(ratio, nodes.log_odds[k], nodes.t[k]);
  NodeValues own;
  part.law->find(log_odds, own);
  for (std::size_t k = 0; k < tails.size(); ++k) {
    tails[k] += part.weight * (part.factor > 0 ? own[k] : 1 - own[k]);
  }
}

// P(part's score > score), for a part with a law.
double law_above(const MixtureTails::Part& part, double score) {
  const double t = score / part.factor;
  double above = t <= 0 ? 1 : 0;
  if (t > 0 && t < 1) {
    const double log_odds = std::log(t) - std::log1p(-t);
    part.law->find({&log_odds, 1}, {&above, 1});
  }
  return part.factor > 0 ? above : 1 - above;
}

}  // namespace

std::optional<MixtureTails> MixtureTails::make(const ScoreMixtures& mixtures) {
  MixtureTails made;
  for (std::size_t i = 0; i < mixtures.size(); ++i) {
    for (const ScorePart& part : mixtures.of(i)) {
      made.parts_.push_back({part.weight, part.factor, part.fixed() ? nullptr : made.table_of(part)});
      if (made.tables_.size() > base::limits::mixture_laws) return std::nullopt;
    }
    made.first_.push_back(static_cast<std::uint32_t>(made.parts_.size()));
  }
  return made;
}

const TailTable* MixtureTails::table_of(const ScorePart& part) {
  const auto shapes = [](const std::unique_ptr<TailTable>& table) {
    return std::pair(table->law().alpha, table->law().beta);
  };
  const std::pair wanted(part.alpha, part.beta);
  const auto at = std::ranges::lower_bound(tables_, wanted, {}, shapes);
  if (at != tables_.end() && shapes(*at) == wanted) return at->get();
  return tables_.insert(at, std::make_unique<TailTable>(BetaLaw(part.alpha, part.beta)))->get();
}

std::vector<Facing> MixtureTails::facing(const Part& part) const {
  std::vector<Facing> facing;
  facing.reserve(parts_.size());
  for (const Part& other : parts_) facing.push_back(face(part, other));
  return facing;
}

bool MixtureTails::above(std::size_t candidate, const ScoreNodes& nodes, std::span<const Facing> facing,
                         NodeValues& tails, std::size_t& steps) const {
  const auto parts = of(candidate);
  const auto faced = of(candidate, facing);
  double certain = 0;
  bool changes = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    steps += part_steps;
    if (nodes.to <= faced[i].begin || nodes.from >= faced[i].end) {
      certain += (nodes.to <= faced[i].begin) == faced[i].above_before ? parts[i].weight : 0;
      continue;
    }
    if (!std::exchange(changes, true)) tails.fill(0);
    add_tails(parts[i], nodes, tails);
    steps += tail_steps;
  }
  if (changes) {
    for (double& tail : tails) tail = std::min(1.0, tail + certain);
    return true;
  }
  constexpr double rounding = 1e-12;
  const bool one = certain > 1 - rounding;
  tails.fill(one ? 1 : certain);
  return certain > 0 && !one;
}

MixtureTails::Beside MixtureTails::beside(std::size_t candidate, double score) const {
  Beside sum;
  for (const Part& part : of(candidate)) {
    if (part.law != nullptr)
      sum.above += part.weight * law_above(part, score);
    else if (part.factor == score)
      sum.equal += part.weight;
    else if (part.factor > score)
      sum.above += part.weight;
  }
  return sum;
}

}  // namespace proffer::bandit
