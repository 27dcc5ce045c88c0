#include "bandit/gauss_legendre.h"

#include <cmath>
#include <numbers>

namespace proffer::bandit {
namespace {

// P_0(u) to P_points(u) by Bonnet's recursion, (m + 1) P_{m+1} = (2m + 1) u P_m - m P_{m-1}.
std::array<double, GaussLegendre::points + 1> legendre(double u) {
  std::array<double, GaussLegendre::points + 1> p{1, u};
  for (std::size_t m = 1; m < GaussLegendre::points; ++m) {
    const auto d = static_cast<double>(m);
    p[m + 1] = ((2 * d + 1) * u * p[m] - d * p[m - 1]) / (d + 1);
  }
  return p;
}

double slope_of_last(double u, const std::array<double, GaussLegendre::points + 1>& p) {
  return GaussLegendre::points * (u * p[GaussLegendre::points] - p[GaussLegendre::points - 1]) / (u * u - 1);
}

// Newton's iteration from the usual cosine guess; 2 / ((1 - u^2) P'(u)^2) is the weight.
double root(std::size_t i) {
  double u = -std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (GaussLegendre::points + 0.5));
  for (int step = 0; step < 10; ++step) {
    const auto p = legendre(u);
    u -= p[GaussLegendre::points] / slope_of_last(u, p);
  }
  return u;
}

}  // namespace

// The interpolating basis is l_j(u) = w_j sum_m (m + 1/2) P_m(u_j) P_m(u), m < GaussLegendre::points (the rule is exact
// for the products), and (2m + 1) P_m is the derivative of P_{m+1} - P_{m-1}, which vanishes at 1.
GaussLegendre::GaussLegendre() {
  for (std::size_t i = 0; i < GaussLegendre::points; ++i) {
    node[i] = root(i);
    const double slope = slope_of_last(node[i], legendre(node[i]));
    weight[i] = 2 / ((1 - node[i] * node[i]) * slope * slope);
  }
  for (std::size_t j = 0; j < GaussLegendre::points; ++j) {
    const auto at_j = legendre(node[j]);
    for (std::size_t m = GaussLegendre::points - 2; m < GaussLegendre::points; ++m) {
      high[m - (GaussLegendre::points - 2)][j] = (static_cast<double>(m) + 0.5) * weight[j] * at_j[m];
    }
    for (std::size_t i = 0; i < GaussLegendre::points; ++i) {
      const auto at_i = legendre(node[i]);
      double sum = 1 - node[i];
      for (std::size_t m = 1; m < GaussLegendre::points; ++m) sum += at_j[m] * (at_i[m - 1] - at_i[m + 1]);
      tail[j][i] = weight[j] / 2 * sum;
    }
  }
}

const GaussLegendre& gauss_legendre() {
  static const GaussLegendre rule;
  return rule;
}

}  // namespace proffer::bandit
