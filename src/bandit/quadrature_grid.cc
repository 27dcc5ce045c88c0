#include "bandit/quadrature_grid.h"

#include <algorithm>
#include <cmath>

#include "bandit/gauss_legendre.h"
#include "bandit/vector_kernels.h"

namespace proffer::bandit {

double Panel::begin() const { return std::ldexp(static_cast<double>(index), exponent); }
double Panel::end() const { return std::ldexp(static_cast<double>(index + 1), exponent); }

void PanelChooser::clear() { needs_.clear(); }

void PanelChooser::add(const PanelNeed& need) {
  if (need.begin >= need.end) return;
  for (PanelNeed& known : needs_) {
    if (known.exponent != need.exponent || known.begin > need.end || need.begin > known.end) continue;
    known.begin = std::min(known.begin, need.begin);
    known.end = std::max(known.end, need.end);
    return;
  }
  needs_.push_back(need);
}

std::span<const Panel> PanelChooser::choose(double lower, double upper, int refinement, std::size_t most) {
  panels_.clear();
  int coarsest = 0;
  for (bool first = true; const PanelNeed& need : needs_) {
    if (need.begin >= upper || need.end <= lower) continue;
    coarsest = first ? need.exponent : std::max(coarsest, need.exponent);
    first = false;
  }
  const double width = std::ldexp(1.0, coarsest);
  const double begin = std::floor(lower / width);
  const double end = std::ceil(upper / width);
  if (end - begin > static_cast<double>(most)) return {};
  for (auto i = static_cast<std::int64_t>(begin); i < static_cast<std::int64_t>(end); ++i) {
    if (!split({i, coarsest}, lower, upper, refinement, most)) return {};
  }
  return panels_;
}

bool PanelChooser::split(Panel panel, double lower, double upper, int refinement, std::size_t most) {
  const double begin = panel.begin();
  const double end = panel.end();
  if (begin >= upper || end <= lower) return true;
  const bool too_wide = std::ranges::any_of(needs_, [&](const PanelNeed& need) {
    return need.exponent - refinement < panel.exponent && need.begin < end && need.end > begin;
  });
  if (!too_wide) {
    panels_.push_back(panel);
    return panels_.size() <= most;
  }
  return split({2 * panel.index, panel.exponent - 1}, lower, upper, refinement, most) &&
         split({2 * panel.index + 1, panel.exponent - 1}, lower, upper, refinement, most);
}

QuadratureGrid::QuadratureGrid(std::uint64_t grid_id, std::span<const Panel> chosen)
    : id(grid_id), panels(chosen.begin(), chosen.end()) {
  const GaussLegendre& rule = gauss_legendre();
  for (const Panel& panel : panels) {
    const double h = (panel.end() - panel.begin()) / 2;
    half_width.push_back(h);
    for (std::size_t i = 0; i < GaussLegendre::points; ++i) {
      x.push_back(panel.begin() + h + h * rule.node[i]);
      softplus.push_back(std::max(x.back(), 0.0) + std::log1p(std::exp(-std::abs(x.back()))));
    }
  }
}

std::size_t QuadratureGrid::panels_below(double limit) const {
  const auto above = std::ranges::partition_point(panels, [&](const Panel& panel) { return panel.begin() < limit; });
  return static_cast<std::size_t>(above - panels.begin());
}

// alpha x - (alpha + beta) log(1 + e^x) is fast, but for very sharp laws the two terms are large and nearly equal.
void density_on(const QuadratureGrid& grid, const BetaLaw& law, std::span<double> out) {
  constexpr double largest_term = 4e5;  // leaves an error of about 1e-10
  const double total = law.alpha + law.beta;
  if (law.alpha * std::abs(law.mode) + total * law.softplus_mode < largest_term) {
    const double offset = law.alpha * law.mode - total * law.softplus_mode - law.log_peak;
    vector_kernels().density(grid.x.data(), grid.softplus.data(), law.alpha, total, offset, out.data(), out.size());
    return;
  }
  for (std::size_t t = 0; t < out.size(); ++t) out[t] = std::exp(law.log_density(grid.x[t]));
}

}  // namespace proffer::bandit
