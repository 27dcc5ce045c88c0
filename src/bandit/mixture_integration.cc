#include "bandit/mixture_integration.h"

#include <algorithm>
#include <cmath>

#include "bandit/beta_sampler.h"
#include "bandit/chances.h"
#include "bandit/counted_propensities.h"
#include "bandit/mixture_tails.h"
#include "bandit/node_counts.h"
#include "bandit/quadrature_grid.h"
#include "base/limits.h"

namespace proffer::bandit {
namespace {

namespace limits = base::limits;

// A stretch of log-odds. `bent`: another's law ends at `to`, where its tail is a power of the distance.
struct Stretch {
  double from;
  double to;
  bool bent;
};

struct Estimate {
  Chances chances;
  double error;
};

// The integral of values at the nodes of a rule, and about how wrong it is: for functions that resemble polynomials the
// square of how much of them is of high degree.
struct Sum {
  double value = 0;
  double error = 0;
};

Sum integral(const NodeValues& measure, const NodeValues& chance) {
  const GaussLegendre& rule = gauss_legendre();
  double value = 0;
  double high = 0;
  double higher = 0;
  for (std::size_t k = 0; k < GaussLegendre::points; ++k) {
    const double f = measure[k] * chance[k];
    value += rule.weight[k] * f;
    high += rule.high[0][k] * f;
    higher += rule.high[1][k] * f;
  }
  const double rough = std::abs(high) + std::abs(higher);
  return {value, rough * std::min(1.0, rough / std::max(value, 1e-300))};
}

// One shown candidate.
class MixtureIntegration {
 public:
  MixtureIntegration(const MixtureTails& tails, std::size_t candidate, std::size_t place, std::size_t places,
                     std::size_t& steps)
      : tails_(tails), candidate_(candidate), place_(place), places_(places), steps_(steps) {}

  std::optional<Chances> run();

 private:
  using Part = MixtureTails::Part;

  std::optional<Chances> over_law(const Part& part);
  std::optional<Chances> over_ties(const Part& part);
  std::vector<Stretch> stretches_of(const BetaLaw& law) const;
  Estimate estimate(const Part& part, const Stretch& stretch);
  Estimate weigh(const NodeValues& measure);
  bool affordable() const { return steps_ <= limits::mixture_propensity_steps; }

  const MixtureTails& tails_;
  std::size_t candidate_;
  std::size_t place_;
  std::size_t places_;
  std::size_t& steps_;
  std::vector<Facing> facing_;  // the part that is integrated over
  NodeCounts counts_;
};

std::optional<Chances> MixtureIntegration::run() {
  Chances sum;
  for (const Part& part : tails_.of(candidate_)) {
    const auto chances = part.law == nullptr ? over_ties(part) : over_law(part);
    if (!chances) return std::nullopt;
    sum.slot += part.weight * chances->slot;
    sum.slate += part.weight * chances->slate;
  }
  return sum;
}

// Halves what is not smooth enough.
std::optional<Chances> MixtureIntegration::over_law(const Part& part) {
  constexpr double smooth = 2e-10;
  Chances sum;
  facing_ = tails_.facing(part);
  auto open = stretches_of(part.law->law());
  while (!open.empty()) {
    const Stretch stretch = open.back();
    open.pop_back();
    if (!affordable()) return std::nullopt;
    const Estimate found = estimate(part, stretch);
    const double middle = stretch.from + (stretch.to - stretch.from) / 2;
    if (found.error <= smooth || middle <= stretch.from || middle >= stretch.to) {
      sum.slot += found.chances.slot;
      sum.slate += found.chances.slate;
    } else {
      open.push_back({stretch.from, middle, false});
      open.push_back({middle, stretch.to, stretch.bent});
    }
  }
  return sum;
}

// The panels that the part's own density needs, cut where another's law or fixed score begins or ends.
std::vector<Stretch> MixtureIntegration::stretches_of(const BetaLaw& law) const {
  PanelChooser chooser;
  const PanelNeeds needs = needs_of(law);
  for (const PanelNeed& need : needs.always) chooser.add(need);
  chooser.add(needs.upper_core[crowd_of(tails_.size())]);
  std::vector<Stretch> cuts;  // by their ends
  for (const Panel& panel : chooser.choose(law.lower, law.upper, 0, limits::exact_propensity_nodes)) {
    cuts.push_back({panel.begin(), panel.end(), false});
  }
  const double begin = cuts.front().from;
  const double end = cuts.back().to;
  const auto cut = [&](double at, bool bent) {
    if (at > begin && at < end) cuts.push_back({begin, at, bent});
  };
  for (std::size_t other = 0; other < tails_.size(); ++other) {
    if (other == candidate_) continue;
    for (const Facing& facing : tails_.of(other, facing_)) {
      cut(facing.begin, false);
      cut(facing.end, facing.begin < facing.end);
    }
  }
  std::ranges::sort(cuts,
                    [](const Stretch& a, const Stretch& b) { return a.to != b.to ? a.to < b.to : a.bent > b.bent; });
  const auto repeated =
      std::unique(cuts.begin(), cuts.end(), [](const Stretch& a, const Stretch& b) { return a.to == b.to; });
  cuts.erase(repeated, cuts.end());
  for (std::size_t i = 1; i < cuts.size(); ++i) cuts[i].from = cuts[i - 1].to;
  return cuts;
}

// Next to a bent end a power of the distance d is turned into a higher one of d^(1/4).
Estimate MixtureIntegration::estimate(const Part& part, const Stretch& stretch) {
  const GaussLegendre& rule = gauss_legendre();
  const double width = stretch.to - stretch.from;
  ScoreNodes nodes{part.factor, stretch.from, stretch.to, {}, {}};
  NodeValues measure;
  for (std::size_t k = 0; k < GaussLegendre::points; ++k) {
    const double w = (1 - rule.node[k]) / 2;
    const double left = stretch.bent ? w * w * w * w : w;
    nodes.log_odds[k] = stretch.to - width * left;
    nodes.t[k] = from_log_odds(nodes.log_odds[k]);
    const double slope = stretch.bent ? 4 * w * w * w : 1;
    measure[k] = width / 2 * slope * std::exp(part.law->law().log_density(nodes.log_odds[k]));
  }

  counts_.reset(places_);
  NodeValues tails;
  for (std::size_t other = 0; other < tails_.size() && !counts_.full(); ++other) {
    if (other == candidate_) continue;
    if (tails_.above(other, nodes, facing_, tails, steps_)) {
      counts_.add(tails);
      steps_ += places_ * GaussLegendre::points;
    } else if (tails[0] > 0) {
      counts_.add_certain();
    }
  }
  return weigh(measure);
}

Estimate MixtureIntegration::weigh(const NodeValues& measure) {
  if (counts_.full()) return {};
  const Sum slot = integral(measure, counts_.exactly(place_));
  const Sum slate = integral(measure, counts_.fewer());
  steps_ += places_ * GaussLegendre::points;
  return {{slot.value, slate.value}, std::max(slot.error, slate.error)};
}

// Others that are equal stand above a tie number u with chance 1 - u each: polynomials in u, of a degree of at most how
// many can be equal, which panels of 16 nodes integrate exactly or, for large degrees, to rounding.
std::optional<Chances> MixtureIntegration::over_ties(const Part& part) {
  std::vector<MixtureTails::Beside> others;
  for (std::size_t other = 0; other < tails_.size(); ++other) {
    if (other != candidate_) others.push_back(tails_.beside(other, part.factor));
  }
  const auto ties = static_cast<std::size_t>(std::ranges::count_if(others, [](const auto& o) { return o.equal > 0; }));
  const std::size_t panels = 1 + ties / GaussLegendre::points;
  steps_ += panels * others.size() * places_ * GaussLegendre::points;
  Chances sum;
  for (std::size_t panel = 0; panel < panels && affordable(); ++panel) {
    counts_.reset(places_);
    const double half_width = 0.5 / static_cast<double>(panels);
    const double middle = half_width * static_cast<double>(2 * panel + 1);
    NodeValues tails;
    for (const auto& other : others) {
      for (std::size_t k = 0; k < GaussLegendre::points; ++k) {
        tails[k] = other.above + other.equal * (1 - middle - half_width * gauss_legendre().node[k]);
      }
      counts_.add(tails);
    }
    NodeValues measure;
    measure.fill(half_width);
    const Chances chances = weigh(measure).chances;
    sum.slot += chances.slot;
    sum.slate += chances.slate;
  }
  if (!affordable()) return std::nullopt;
  return sum;
}

}  // namespace

std::optional<Propensities> integrate_mixtures(const ScoreMixtures& mixtures, std::span<const std::uint32_t> shown) {
  const auto tails = MixtureTails::make(mixtures);
  if (!tails) return std::nullopt;
  Propensities result{{}, {}, decision::PropensityMethod::quadrature, 0};
  std::size_t steps = 0;
  for (std::size_t place = 0; place < shown.size(); ++place) {
    const auto chances = MixtureIntegration(*tails, shown[place], place, shown.size(), steps).run();
    if (!chances) return std::nullopt;
    result.slot.push_back(chances->slot);
    result.slate.push_back(chances->slate);
  }
  bound_propensities(result, mixtures.size());
  return result;
}

}  // namespace proffer::bandit
