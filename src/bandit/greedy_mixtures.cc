#include "bandit/greedy_mixtures.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "bandit/counted_propensities.h"
#include "bandit/gauss_legendre.h"
#include "bandit/place_counts.h"
#include "base/limits.h"

namespace proffer::bandit {
namespace {

// A candidate's score is one of its arms' values or, for an arm of unknown value, uniform. Equal ones are put in order
// by uniform tie numbers.
class GreedyScoreLaws final : public ScoreLaws {
 public:
  GreedyScoreLaws(const Candidates& candidates, std::span<const double> values)
      : candidates_(candidates), values_(values) {}

  std::size_t size() const override { return candidates_.size(); }

  void draw(std::uint64_t seed, std::span<Standing> standings) const override {
    for (std::size_t i = 0; i < standings.size(); ++i) {
      base::RandomStream stream(seed, i);
      standings[i] = draw_one(i, stream);
    }
  }

  double above(std::size_t candidate, const Standing& standing) const override {
    double sum = 0;
    const auto first = candidates_.first[candidate];
    const auto last = candidates_.first[candidate + 1];
    for (auto arm = first; arm < last; ++arm) sum += arm_above(arm, standing);
    return sum / (last - first);
  }

 private:
  Standing draw_one(std::size_t candidate, base::RandomStream& stream) const {
    const auto first = candidates_.first[candidate];
    const auto arm = first + stream.below(candidates_.first[candidate + 1] - first);
    const double tie = stream.uniform();
    const double value = values_[arm];
    return {std::isnan(value) ? stream.uniform() : value, tie};
  }

  double arm_above(std::size_t arm, const Standing& standing) const {
    const double value = values_[arm];
    if (std::isnan(value)) return 1 - std::clamp(standing.score, 0.0, 1.0);
    if (value == standing.score) return 1 - standing.tie;
    return value > standing.score ? 1 : 0;
  }

  const Candidates& candidates_;
  std::span<const double> values_;
};

// Where a candidate may stand, in panels of 16 nodes; scale[panel] * rule weight is the probability of a node.
struct Standings {
  std::vector<Standing> nodes;
  std::vector<double> scale;
};

class Nodes {
 public:
  Nodes(const Candidates& candidates, std::span<const double> values) : candidates_(candidates), values_(values) {
    std::ranges::copy_if(values, std::back_inserter(known_), [](double value) { return !std::isnan(value); });
    std::ranges::sort(known_);
    unknown_ = values.size() - known_.size();
  }

  Standings of(std::size_t candidate) const {
    Standings own;
    const auto first = candidates_.first[candidate];
    const auto last = candidates_.first[candidate + 1];
    for (auto arm = first; arm < last; ++arm) {
      if (std::isnan(values_[arm]))
        add_scores(1.0 / (last - first), own);
      else
        add_ties(values_[arm], 1.0 / (last - first), own);
    }
    return own;
  }

 private:
  // Among equals: over the tie number. The chances are polynomials of a degree below the number of equals.
  void add_ties(double value, double mass, Standings& own) const {
    const auto [first, last] = std::equal_range(known_.begin(), known_.end(), value);
    const auto equal = static_cast<std::size_t>(last - first);
    add_rule(
        0, 1, equal, mass,
        [&](double tie) {
          return Standing{value, tie};
        },
        own);
  }

  // Of unknown value: over the score, between the values at which somebody else drops behind.
  void add_scores(double mass, Standings& own) const {
    double from = 0;
    const auto add = [&](double to) {
      if (to <= from) return;
      add_rule(
          from, to, unknown_, mass,
          [](double score) {
            return Standing{score, 0.5};
          },
          own);
      from = to;
    };
    for (const double value : known_) add(std::min(value, 1.0));
    add(1);
  }

  // Panels in which polynomials of that degree are integrated exactly, or, for large degrees, to rounding.
  template <class At>
  static void add_rule(double from, double to, std::size_t degree, double mass, At at, Standings& own) {
    const auto panels = static_cast<std::size_t>(1 + (to - from) * static_cast<double>(degree) / 16);
    const double h = (to - from) / (2 * static_cast<double>(panels));
    for (std::size_t panel = 0; panel < panels; ++panel) {
      const double middle = from + (2 * static_cast<double>(panel) + 1) * h;
      for (const double u : gauss_legendre().node) own.nodes.push_back(at(middle + h * u));
      own.scale.push_back(mass * h);
    }
  }

  const Candidates& candidates_;
  std::span<const double> values_;
  std::vector<double> known_;  // of all arms, ascending
  std::size_t unknown_ = 0;
};

// One shown candidate: the law of how many others stand above each of its nodes.
PlaceCounts::Chances integrate(const GreedyScoreLaws& laws, std::size_t candidate, const Standings& own,
                               std::size_t place, std::size_t places) {
  const AlignedDoubles density(own.nodes.size(), 1.0);
  AlignedDoubles tail(own.nodes.size());
  PlaceCounts counts;
  counts.reset(places, own.nodes.size());
  for (std::size_t other = 0; other < laws.size(); ++other) {
    if (other == candidate) continue;
    std::ranges::transform(own.nodes, tail.begin(), [&](const Standing& at) { return laws.above(other, at); });
    counts.add(tail);
  }
  return counts.chances(own.scale, density, place);
}

std::optional<Propensities> integrate_all(const Candidates& candidates, std::span<const double> values,
                                          const GreedyScoreLaws& laws, std::span<const std::uint32_t> shown) {
  Propensities result{{}, {}, decision::PropensityMethod::quadrature, 0};
  const Nodes nodes(candidates, values);
  std::size_t steps = 0;
  for (std::size_t place = 0; place < shown.size(); ++place) {
    const auto own = nodes.of(shown[place]);
    steps += own.nodes.size() * (values.size() + candidates.size() * shown.size());
    if (steps > base::limits::exact_propensity_steps) return std::nullopt;
    const auto chances = integrate(laws, shown[place], own, place, shown.size());
    result.slot.push_back(chances.slot);
    result.slate.push_back(chances.slate);
  }
  return result;
}

}  // namespace

Propensities greedy_mixture_propensities(const Candidates& candidates, std::span<const double> values,
                                         std::span<const std::uint32_t> shown, std::uint64_t seed) {
  const GreedyScoreLaws laws(candidates, values);
  auto exact = integrate_all(candidates, values, laws, shown);
  if (!exact) return count_propensities(laws, shown, seed, draws_for(candidates.size()));
  bound_propensities(*exact, candidates.size());
  return *std::move(exact);
}

}  // namespace proffer::bandit
