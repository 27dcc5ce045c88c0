#include "bandit/beta_propensities.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "bandit/beta_score_laws.h"
#include "bandit/gauss_legendre.h"
#include "base/limits.h"

namespace proffer::bandit {
namespace {

namespace limits = base::limits;

constexpr int most_refinements = 2;

// One computation; its large arrays live in the workspace of the tables.
class Integration {
 public:
  Integration(const Candidates& candidates, std::span<const std::uint32_t> shown, PropensityTables& tables)
      : candidates_(candidates), shown_(shown), tables_(tables), work_(tables.workspace) {}

  std::optional<Propensities> run();

 private:
  void name_arms();
  void gather_needs();
  bool affordable(std::size_t nodes) const;
  bool add_others(const QuadratureGrid& grid);
  bool find_shown(const QuadratureGrid& grid);
  std::optional<std::span<const double>> tail_of(std::size_t candidate, const QuadratureGrid& grid,
                                                 std::span<double> room);
  void find_density(std::size_t candidate, const QuadratureGrid& grid, std::span<double> out);
  Propensities integrate(const QuadratureGrid& grid);

  std::span<const PropensityTables::Arm> arms_of(std::size_t candidate) const {
    const auto first = candidates_.first[candidate];
    return std::span(work_.arms).subspan(first, candidates_.first[candidate + 1] - first);
  }

  const Candidates& candidates_;
  std::span<const std::uint32_t> shown_;
  PropensityTables& tables_;
  PropensityTables::Workspace& work_;
  std::size_t mixtures_ = 0;    // candidates with several arms that are not shown
  bool mixture_shown_ = false;  // is one of them shown?
  double lower_ = 0;
  double upper_ = 0;
};

std::optional<Propensities> Integration::run() {
  if (candidates_.alpha.size() > limits::propensity_arms_looked_at) return std::nullopt;
  tables_.begin();
  name_arms();
  gather_needs();
  for (int refinement = 0; refinement <= most_refinements; ++refinement) {
    const auto panels =
        work_.panels.choose(lower_, upper_, refinement, limits::exact_propensity_nodes / GaussLegendre::points);
    if (panels.empty() || !affordable(panels.size() * GaussLegendre::points)) return std::nullopt;
    const QuadratureGrid& grid = tables_.grid(panels);
    work_.counts.reset(shown_.size(), grid.size());
    if (add_others(grid) && find_shown(grid)) return integrate(grid);
  }
  return std::nullopt;
}

// Candidates that are not shown and have one arm are counted by arm: equal ones are handled together.
void Integration::name_arms() {
  work_.shown.assign(candidates_.size(), 0);
  for (const std::uint32_t candidate : shown_) work_.shown[candidate] = 1;
  work_.arms.resize(candidates_.alpha.size());
  for (std::size_t i = 0; i < work_.arms.size(); ++i)
    work_.arms[i] = tables_.arm(candidates_.alpha[i], candidates_.beta[i]);
  work_.distinct.clear();
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const auto arms = arms_of(i);
    if (work_.shown[i]) {
      mixture_shown_ |= arms.size() > 1;
    } else if (arms.size() > 1) {
      ++mixtures_;
    } else if (tables_.copies(arms.front())++ == 0) {
      work_.distinct.push_back(arms.front());
    }
  }
}

// Below the k-th largest lower end there are k scores above, so nobody takes a place there.
void Integration::gather_needs() {
  upper_ = -std::numeric_limits<double>::infinity();
  work_.lower.resize(candidates_.size());
  work_.panels.clear();
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    double lower = std::numeric_limits<double>::infinity();
    for (const auto arm : arms_of(i)) {
      lower = std::min(lower, tables_.law(arm).lower);
      upper_ = std::max(upper_, tables_.law(arm).upper);
    }
    work_.lower[i] = lower;
  }
  const auto kth = work_.lower.begin() + static_cast<std::ptrdiff_t>(shown_.size() - 1);
  std::nth_element(work_.lower.begin(), kth, work_.lower.end(), std::greater());
  lower_ = *kth;
  const auto add = [&](PropensityTables::Arm arm) {
    if (tables_.law(arm).upper <= lower_) return;
    for (const PanelNeed& need : tables_.law(arm).needs) work_.panels.add(need);
  };
  for (const auto arm : work_.distinct) add(arm);
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (work_.shown[i] || arms_of(i).size() > 1) std::ranges::for_each(arms_of(i), add);
  }
}

bool Integration::affordable(std::size_t nodes) const {
  const auto reaches = [&](PropensityTables::Arm arm) { return tables_.law(arm).upper > lower_; };
  const auto events = static_cast<std::size_t>(std::ranges::count_if(work_.distinct, reaches)) + mixtures_;
  const std::size_t places = shown_.size();
  const std::size_t leave_one_out = places * static_cast<std::size_t>(std::bit_width(places));
  return events <= limits::exact_propensity_arms && events * nodes <= limits::exact_propensity_table_values &&
         (events + leave_one_out) * places * nodes <= limits::exact_propensity_steps;
}

bool Integration::add_others(const QuadratureGrid& grid) {
  for (const auto arm : work_.distinct) {
    if (tables_.law(arm).upper <= lower_) continue;
    const auto tail = tables_.tail(arm, grid);
    if (!tail) return false;
    work_.counts.add(*tail, tables_.copies(arm));
  }
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
std::optional<std::span<const double>> Integration::tail_of(std::size_t candidate, const QuadratureGrid& grid,
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

bool Integration::find_shown(const QuadratureGrid& grid) {
  const std::size_t size = grid.size();
  work_.densities.assign(shown_.size() * size, 0.0);
  work_.shown_mixtures.resize(mixture_shown_ ? shown_.size() * size : 0);
  work_.shown_laws.clear();
  for (std::size_t s = 0; s < shown_.size(); ++s) {
    const auto room = mixture_shown_ ? std::span(work_.shown_mixtures).subspan(s * size, size) : std::span<double>{};
    const auto tail = tail_of(shown_[s], grid, room);
    if (!tail) return false;
    const auto density = std::span(work_.densities).subspan(s * size, tail->size());
    find_density(shown_[s], grid, density);
    work_.shown_laws.push_back({density, *tail});
  }
  return true;
}

// The mean of the densities of a candidate's arms.
void Integration::find_density(std::size_t candidate, const QuadratureGrid& grid, std::span<double> out) {
  const auto arms = arms_of(candidate);
  if (arms.size() == 1) return density_on(grid, tables_.law(arms.front()), out);
  work_.density.resize(std::max(work_.density.size(), out.size()));
  const auto one = std::span(work_.density).first(out.size());
  for (const auto arm : arms) {
    density_on(grid, tables_.law(arm), one);
    for (std::size_t t = 0; t < out.size(); ++t) out[t] += one[t] / static_cast<double>(arms.size());
  }
}

Propensities Integration::integrate(const QuadratureGrid& grid) {
  Propensities result{std::vector<double>(shown_.size()), std::vector<double>(shown_.size()),
                      decision::PropensityMethod::quadrature, 0};
  work_.counts.integrate(grid.weight, work_.shown_laws, result.slot, result.slate);
  bound_propensities(result);
  return result;
}

// All are shown: which places they take is all there is to find.
bool is_certain(const Candidates& candidates, std::span<const std::uint32_t> shown) {
  return shown.size() == 1 && candidates.size() == 1;
}

}  // namespace

std::optional<Propensities> integrate_propensities(const Candidates& candidates, std::span<const std::uint32_t> shown,
                                                   PropensityTables& tables) {
  return Integration(candidates, shown, tables).run();
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
