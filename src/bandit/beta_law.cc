#include "bandit/beta_law.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "bandit/beta_sampler.h"

namespace proffer::bandit {
namespace {

constexpr double lower_drop = 23;  // exp(-23) is about 1e-10
constexpr double upper_drop = 26;
constexpr double low_drop = 2.5;
constexpr double close_enough = 0.03;  // last change of a bound, of its distance from the mode

// Widest panel of the core, in standard deviations of the Gaussian that osculates; in the upper core by crowd. Chosen
// so that quadratures of some thousand random sets of arms rarely needed a finer grid.
constexpr double core_sigmas = 5;
constexpr std::array<double, crowds> upper_core_sigmas{core_sigmas, 3.6, 2.9};
constexpr std::size_t dozens_from = 24;
constexpr std::size_t hundreds_from = 300;

constexpr double upper_core = 0.25;  // where the upper core begins between mode and upper end,
constexpr double upper_look = 0.55;  // and where its width is found: there the tail is 1e-3 to 1e-4
constexpr double widest_core = 4;    // the density has poles at a distance of pi from the real line
constexpr double tail_decades = 8;   // widest panel of an exponential tail, in its own scale
constexpr double core_margin = 6;    // beyond this the tails are exponential to within exp(-6)

// lgamma(z) less Stirling's (z - 1/2) log z - z + log(2 pi) / 2. Abramowitz and Stegun 6.1.41.
double stirling_error(double z) {
  if (z < 12) return std::lgamma(z) - ((z - 0.5) * std::log(z) - z + 0.5 * std::log(2 * std::numbers::pi));
  const double r = 1 / (z * z);
  return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / z;
}

// How far the log density lies below its peak at a distance d from the mode, and the slope of that: convex, 0 at 0.
struct Drop {
  double value;
  double slope;
};

Drop drop_at(const BetaLaw& law, double d) {
  const double total = law.alpha + law.beta;
  const double p = law.alpha / total;
  const double q = law.beta / total;
  if (d > 1) {  // the exponential below could overflow
    const double odds = p + q * std::exp(-d);
    return {law.beta * d + total * std::log(odds), total * p / odds - law.alpha};
  }
  const double change = std::expm1(d);
  return {total * std::log1p(p * change) - law.alpha * d, total * p * (1 + change) / (1 + p * change) - law.alpha};
}

// Where the density has dropped by `drop`, on the side of `sign`, or a little beyond. Newton's steps on a convex
// function never end inside, so few are enough. The mass outside is less than exp(-drop), since the density is
// log-concave.
double quantile_bound(const BetaLaw& law, double drop, double sign) {
  const double variance = 1 / law.alpha + 1 / law.beta;
  double d = sign * std::min(std::sqrt(2 * drop * variance), 600.0);
  for (int step = 0; step < 40; ++step) {
    const Drop at = drop_at(law, d);
    const double change = (at.value - drop) / at.slope;
    d -= change;
    if (std::abs(change) < close_enough * std::abs(d)) break;
  }
  return law.mode + d;
}

int exponent_at_most(double width) { return std::ilogb(width); }

// A need with its ends moved outward to edges of its own panels.
PanelNeed need(double begin, double end, int exponent) {
  const double width = std::ldexp(1.0, exponent);
  if (begin >= end) return {begin, begin, exponent};
  return {std::floor(begin / width) * width, std::ceil(end / width) * width, exponent};
}

// The second derivative of the log density, with its sign changed: (alpha + beta) t (1 - t).
double curvature(const BetaLaw& law, double x) {
  const double e = std::exp(-std::abs(x));
  return (law.alpha + law.beta) * e / ((1 + e) * (1 + e));
}

int core_exponent(double curvature, double sigmas) {
  return exponent_at_most(std::min(sigmas / std::sqrt(curvature), widest_core));
}

// Where the tails begin, and the upper core between them.
struct CoreEdges {
  double begin;
  double middle;
  double end;
};

CoreEdges core_edges(const BetaLaw& law) {
  const double begin = std::clamp(-std::log(std::max(law.beta, 1.0)) - core_margin, law.lower, law.upper);
  const double end = std::clamp(std::log(std::max(law.alpha, 1.0)) + core_margin, begin, law.upper);
  return {begin, std::clamp(law.mode + upper_core * (law.upper - law.mode), begin, end), end};
}

}  // namespace

Crowd crowd_of(std::size_t candidates) {
  if (candidates < dozens_from) return few;
  return candidates < hundreds_from ? dozens : hundreds;
}

// With Stirling's formula for B(alpha, beta) all large terms of the density at its mode cancel:
// f(mode) = sqrt(alpha beta / (2 pi (alpha + beta))) exp(error(alpha + beta) - error(alpha) - error(beta)).
BetaLaw::BetaLaw(double a, double b)
    : alpha(valid_shape(a)),
      beta(valid_shape(b)),
      mode(std::log(alpha / beta)),
      softplus_mode(std::log1p(alpha / beta)),
      log_peak(-0.5 * std::log(2 * std::numbers::pi * (1 / alpha + 1 / beta)) + stirling_error(alpha + beta) -
               stirling_error(alpha) - stirling_error(beta)),
      lower(quantile_bound(*this, lower_drop, -1)),
      upper(quantile_bound(*this, upper_drop, 1)),
      low(quantile_bound(*this, low_drop, -1)) {}

double BetaLaw::log_density(double x) const { return log_peak - drop_at(*this, x - mode).value; }

PanelNeeds needs_of(const BetaLaw& law) {
  PanelNeeds needs;
  const CoreEdges edges = core_edges(law);
  const double at_mode = curvature(law, law.mode);
  const int core = core_exponent(at_mode, core_sigmas);
  needs.always = {need(law.lower, edges.begin, std::max(core, exponent_at_most(tail_decades / law.alpha))),
                  need(edges.begin, edges.middle, core),
                  need(edges.end, law.upper, std::max(core, exponent_at_most(tail_decades / law.beta)))};
  // It may be steeper than the mode says, and there the others' tails are small, so that their relative error matters.
  const double above = std::max(at_mode, curvature(law, law.mode + upper_look * (law.upper - law.mode)));
  for (std::size_t crowd = 0; crowd < crowds; ++crowd) {
    needs.upper_core[crowd] = need(edges.middle, edges.end, core_exponent(above, upper_core_sigmas[crowd]));
  }
  return needs;
}

}  // namespace proffer::bandit
