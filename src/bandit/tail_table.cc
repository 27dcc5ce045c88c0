#include "bandit/tail_table.h"

#include <algorithm>

#include "bandit/quadrature_grid.h"

namespace proffer::bandit {
namespace {

using Powers = std::array<double, GaussLegendre::points + 1>;  // coefficients of 1, u, u^2 …

// P_0 to P_points as powers: (m + 1) P_{m+1} = (2m + 1) u P_m - m P_{m-1}.
std::array<Powers, GaussLegendre::points + 1> legendre_powers() {
  std::array<Powers, GaussLegendre::points + 1> p{};
  p[0][0] = 1;
  p[1][1] = 1;
  for (std::size_t m = 1; m < GaussLegendre::points; ++m) {
    const auto d = static_cast<double>(m);
    for (std::size_t k = 0; k <= m; ++k) p[m + 1][k + 1] = (2 * d + 1) / (d + 1) * p[m][k];
    for (std::size_t k = 0; k < m; ++k) p[m + 1][k] -= d / (d + 1) * p[m - 1][k];
  }
  return p;
}

double value_at(const Powers& powers, double u) {
  double sum = 0;
  for (std::size_t k = GaussLegendre::points + 1; k-- > 0;) sum = sum * u + powers[k];
  return sum;
}

// integral[j]: from u to 1 of the polynomial that is 1 at node j and 0 at the others, as in gauss_legendre.cc:
// w_j / 2 (1 - u + sum over m >= 1 of P_m(u_j) (P_{m-1}(u) - P_{m+1}(u))).
std::array<Powers, GaussLegendre::points> integrals_of_basis() {
  const GaussLegendre& rule = gauss_legendre();
  const auto p = legendre_powers();
  std::array<Powers, GaussLegendre::points> integrals{};
  for (std::size_t j = 0; j < GaussLegendre::points; ++j) {
    Powers& own = integrals[j];
    own[0] = 1;
    own[1] = -1;
    for (std::size_t m = 1; m < GaussLegendre::points; ++m) {
      const double at_j = value_at(p[m], rule.node[j]);
      for (std::size_t k = 0; k <= GaussLegendre::points; ++k) own[k] += at_j * (p[m - 1][k] - p[m + 1][k]);
    }
    for (double& coefficient : own) coefficient *= rule.weight[j] / 2;
  }
  return integrals;
}

Powers integral_of(std::span<const double> values, double half_width) {
  static const auto basis = integrals_of_basis();
  Powers sum{};
  for (std::size_t j = 0; j < GaussLegendre::points; ++j) {
    for (std::size_t k = 0; k <= GaussLegendre::points; ++k) sum[k] += values[j] * half_width * basis[j][k];
  }
  return sum;
}

// Panels of half the width at which a quadrature is exact: here the density itself must be a polynomial.
std::vector<Panel> panels_of(const BetaLaw& law) {
  constexpr std::size_t most_panels = 2'000;  // one law needs about a hundred
  PanelChooser chooser;
  const PanelNeeds needs = needs_of(law);
  for (const PanelNeed& need : needs.always) chooser.add(need);
  chooser.add(needs.upper_core[few]);
  const auto panels = chooser.choose(law.lower, law.upper, 1, most_panels);
  return {panels.begin(), panels.end()};
}

}  // namespace

TailTable::TailTable(const BetaLaw& law) : law_(law) {
  const auto panels = panels_of(law);
  const QuadratureGrid grid(0, panels);
  std::vector<double> density(grid.size());
  density_on(grid, law, density);
  begin_ = panels.front().begin();
  pieces_.resize(panels.size());
  double above = 0;
  for (std::size_t i = panels.size(); i-- > 0;) {
    const double half_width = grid.half_width[i];
    auto powers = integral_of(std::span(density).subspan(i * GaussLegendre::points, GaussLegendre::points), half_width);
    const double mass = value_at(powers, -1);
    powers[0] += above;
    pieces_[i] = {panels[i].end(), panels[i].end() - half_width, 1 / half_width, powers};
    above += mass;
  }
  for (Piece& piece : pieces_) {  // the mass of all is 1 but for numerical error
    for (double& coefficient : piece.coefficients) coefficient /= above;
  }
}

void TailTable::find(std::span<const double> x, std::span<double> tails) const {
  auto piece = std::ranges::partition_point(pieces_, [&](const Piece& p) { return p.end <= x.front(); });
  for (std::size_t k = 0; k < x.size(); ++k) {
    while (piece != pieces_.end() && piece->end <= x[k]) ++piece;
    if (piece == pieces_.end()) {
      tails[k] = 0;
    } else if (x[k] <= begin_) {
      tails[k] = 1;
    } else {
      const double u = (x[k] - piece->middle) * piece->inverse_half_width;
      tails[k] = std::clamp(value_at(piece->coefficients, u), 0.0, 1.0);
    }
  }
}

}  // namespace proffer::bandit
