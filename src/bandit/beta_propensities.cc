#include "bandit/beta_propensities.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "bandit/beta_score_laws.h"
#include "bandit/flush_to_zero.h"
#include "bandit/gauss_legendre.h"
#include "base/limits.h"

namespace proffer::bandit {
namespace {

namespace limits = base::limits;

constexpr int most_refinements = 3;
constexpr std::uint32_t few_copies = 8;  // of equal arms: so many are counted one after the other
constexpr double most_roughness = 1e-3;  // of an integrand, in proportion: errors are about its square

// Reorders the values.
double kth_largest(std::span<double> values, std::size_t k) {
  const auto kth = values.begin() + static_cast<std::ptrdiff_t>(k - 1);
  std::nth_element(values.begin(), kth, values.end(), std::greater());
  return *kth;
}

// One computation; its large arrays live in the workspace of the tables.
class BetaIntegration {
 public:
  BetaIntegration(const Candidates& candidates, std::span<const std::uint32_t> shown, PropensityTables& tables)
      : candidates_(candidates), shown_(shown), tables_(tables), work_(tables.workspace) {}

  std::optional<Propensities> run();

 private:
  bool name_arms();
  void gather_needs();
  void find_bounds();
  double crowded_below();
  bool affordable(std::size_t nodes) const;
  bool add_others(const QuadratureGrid& grid);
  bool find_shown(const QuadratureGrid& grid);
  std::optional<std::span<const double>> tail_of(std::size_t candidate, const QuadratureGrid& grid,
                                                 std::span<double> room);
  void find_density(std::size_t candidate, const QuadratureGrid& grid, std::span<double> out);
  std::optional<Propensities> integrate(const QuadratureGrid& grid);

  std::span<const PropensityTables::Arm> arms_of(std::size_t candidate) const {
    const auto first = candidates_.first[candidate];
    return std::span(work_.arms).subspan(first, candidates_.first[candidate + 1] - first);
  }

  const Candidates& candidates_;
  std::span<const std::uint32_t> shown_;
  PropensityTables& tables_;
  PropensityTables::Workspace& work_;
  std::size_t mixtures_ = 0;  // candidates with several arms, not shown and shown
  std::size_t mixtures_shown_ = 0;
  double lower_ = 0;
  double upper_ = 0;
};

std::optional<Propensities> BetaIntegration::run() {
  const FlushToZero flush;
  tables_.begin();
  if (!name_arms()) return std::nullopt;
  gather_needs();
  for (int refinement = 0; refinement <= most_refinements; ++refinement) {
    const auto panels =
        work_.panels.choose(lower_, upper_, refinement, limits::exact_propensity_nodes / GaussLegendre::points);
    if (panels.empty() || !affordable(panels.size() * GaussLegendre::points)) return std::nullopt;
    const QuadratureGrid& grid = tables_.grid(panels);
    work_.counts.reset(shown_.size(), grid.size());
    if (!add_others(grid) || !find_shown(grid)) continue;
    if (auto result = integrate(grid)) return result;
  }
  return std::nullopt;
}

// Candidates that are not shown and have one arm are counted by arm: equal ones are handled together. False when there
// are too many different arms.
bool BetaIntegration::name_arms() {
  work_.shown.assign(candidates_.size(), 0);
  for (const std::uint32_t candidate : shown_) work_.shown[candidate] = 1;
  work_.arms.resize(candidates_.alpha.size());  // what it holds from the last decision are good guesses
  work_.distinct.clear();
  std::size_t others = 0;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    for (auto a = candidates_.first[i]; a < candidates_.first[i + 1]; ++a) {
      work_.arms[a] = tables_.arm(candidates_.alpha[a], candidates_.beta[a], work_.arms[a]);
    }
    const auto arms = arms_of(i);
    if (!work_.shown[i] && arms.size() == 1) {
      if (tables_.copies(arms.front())++ == 0) work_.distinct.push_back(arms.front());
    } else {
      others += arms.size();
      if (arms.size() > 1) ++(work_.shown[i] ? mixtures_shown_ : mixtures_);
    }
    if (work_.distinct.size() + others > limits::propensity_distinct_arms) return false;
  }
  return true;
}

void BetaIntegration::gather_needs() {
  find_bounds();
  const auto misses = [&](PropensityTables::Arm arm) { return tables_.law(arm).upper <= lower_; };
  std::erase_if(work_.distinct, misses);
  const Crowd crowd = crowd_of(candidates_.size());
  const auto add = [&](PropensityTables::Arm arm) {
    if (!misses(arm)) tables_.add_needs(arm, crowd, work_.panels);
  };
  work_.panels.clear();
  std::ranges::for_each(work_.distinct, add);
  for (const std::uint32_t candidate : shown_) std::ranges::for_each(arms_of(candidate), add);
  if (mixtures_ == 0) return;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (!work_.shown[i] && arms_of(i).size() > 1) std::ranges::for_each(arms_of(i), add);
  }
}

// Below the k-th largest lower end k others score above, so nobody takes a place there.
void BetaIntegration::find_bounds() {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  upper_ = -infinity;
  work_.lower.resize(candidates_.size());
  work_.low.resize(candidates_.size());
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    work_.lower[i] = work_.low[i] = infinity;
    for (const auto arm : arms_of(i)) {
      const BetaLaw& law = tables_.law(arm);
      work_.lower[i] = std::min(work_.lower[i], law.lower);
      work_.low[i] = std::min(work_.low[i], law.low);
      upper_ = std::max(upper_, law.upper);
    }
  }
  lower_ = std::max(kth_largest(work_.lower, shown_.size()), crowded_below());
}

// Of the k + 19 candidates with the largest `low` fewer than k others score above the least of these with a chance of
// at most C(k + 18, 19) low_chance^19: nobody takes a place below it either. This is much higher where many are alike.
double BetaIntegration::crowded_below() {
  constexpr std::size_t spare = 19;
  constexpr std::size_t most_places = 20;  // for these the chance is below 1e-10
  if (shown_.size() > most_places || candidates_.size() < shown_.size() + spare) {
    return -std::numeric_limits<double>::infinity();
  }
  return kth_largest(work_.low, shown_.size() + spare);
}

bool BetaIntegration::affordable(std::size_t nodes) const {
  const std::size_t events = work_.distinct.size() + mixtures_;
  const std::size_t places = shown_.size();
  const std::size_t leave_one_out = places * static_cast<std::size_t>(std::bit_width(places));
  return events <= limits::exact_propensity_arms && events * nodes <= limits::exact_propensity_table_values &&
         (events + leave_one_out) * places * nodes <= limits::exact_propensity_steps;
}

bool BetaIntegration::add_others(const QuadratureGrid& grid) {
  work_.tails.clear();
  for (const auto arm : work_.distinct) {
    const auto tail = tables_.tail(arm, grid);
    if (!tail) return false;
    const std::uint32_t copies = tables_.copies(arm);
    if (copies <= few_copies)
      for (std::uint32_t i = 0; i < copies; ++i) work_.tails.push_back(*tail);
    else
      work_.counts.add(*tail, copies);
  }
  work_.counts.add(work_.tails);
  if (mixtures_ == 0) return true;
  work_.mixture.resize(grid.size());
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (work_.shown[i] || arms_of(i).size() == 1) continue;
    const auto tail = tail_of(i, grid, work_.mixture);
    if (!tail) return false;
    work_.counts.add(*tail);
  }
  return true;
}

// The tail of a candidate: its arm's own, or the mean over its arms, made in `room`.
std::optional<std::span<const double>> BetaIntegration::tail_of(std::size_t candidate, const QuadratureGrid& grid,
                                                                std::span<double> room) {
  const auto arms = arms_of(candidate);
  if (arms.size() == 1) return tables_.tail(arms.front(), grid);
  std::ranges::fill(room, 0.0);
  for (const auto arm : arms) {
    const auto tail = tables_.tail(arm, grid);
    if (!tail) return std::nullopt;
    for (std::size_t t = 0; t < tail->size(); ++t) room[t] += (*tail)[t] / static_cast<double>(arms.size());
  }
  return room;
}

bool BetaIntegration::find_shown(const QuadratureGrid& grid) {
  const std::size_t size = grid.size();
  work_.densities.assign(shown_.size() * size, 0.0);
  work_.shown_mixtures.resize(mixtures_shown_ > 0 ? shown_.size() * size : 0);
  work_.shown_laws.clear();
  for (std::size_t s = 0; s < shown_.size(); ++s) {
    const auto room =
        mixtures_shown_ > 0 ? std::span(work_.shown_mixtures).subspan(s * size, size) : std::span<double>{};
    const auto tail = tail_of(shown_[s], grid, room);
    if (!tail) return false;
    const auto density = std::span(work_.densities).subspan(s * size, tail->size());
    find_density(shown_[s], grid, density);
    work_.shown_laws.push_back({density, *tail});
  }
  return true;
}

// The mean of the densities of a candidate's arms.
void BetaIntegration::find_density(std::size_t candidate, const QuadratureGrid& grid, std::span<double> out) {
  const auto arms = arms_of(candidate);
  if (arms.size() == 1) return density_on(grid, tables_.law(arms.front()), out);
  work_.density.resize(std::max(work_.density.size(), out.size()));
  const auto one = std::span(work_.density).first(out.size());
  for (const auto arm : arms) {
    density_on(grid, tables_.law(arm), one);
    for (std::size_t t = 0; t < out.size(); ++t) out[t] += one[t] / static_cast<double>(arms.size());
  }
}

// Nothing when the integrands are too rough for this grid.
std::optional<Propensities> BetaIntegration::integrate(const QuadratureGrid& grid) {
  Propensities result{std::vector<double>(shown_.size()), std::vector<double>(shown_.size()),
                      decision::PropensityMethod::quadrature, 0};
  const double roughness = work_.counts.integrate(grid.half_width, work_.shown_laws, result.slot, result.slate);
  if (roughness > most_roughness) return std::nullopt;
  bound_propensities(result, candidates_.size());
  return result;
}

// All are shown: which places they take is all there is to find.
bool is_certain(const Candidates& candidates, std::span<const std::uint32_t> shown) {
  return shown.size() == 1 && candidates.size() == 1;
}

}  // namespace

std::optional<Propensities> integrate_propensities(const Candidates& candidates, std::span<const std::uint32_t> shown,
                                                   PropensityTables& tables) {
  return BetaIntegration(candidates, shown, tables).run();
}

Propensities beta_propensities(const Candidates& candidates, std::span<const std::uint32_t> shown, std::uint64_t seed,
                               PropensityTables& tables) {
  if (shown.empty() || is_certain(candidates, shown)) {
    const std::vector<double> ones(shown.size(), 1.0);
    return {ones, ones, decision::PropensityMethod::closed_form, 0};
  }
  if (auto exact = integrate_propensities(candidates, shown, tables)) return *std::move(exact);
  return count_propensities(BetaScoreLaws(candidates, shown), shown, seed, draws_for(candidates.size()));
}

}  // namespace proffer::bandit
