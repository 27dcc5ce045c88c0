// A Beta(alpha, beta) law in log-odds, x = log(t / (1 - t)): its density there, t^alpha (1 - t)^beta / B(alpha, beta),
// is smooth and log-concave for all shapes > 0, those below 1 included.
#pragma once

#include <array>
#include <cstddef>

namespace proffer::bandit {

// A stretch of log-odds that needs panels of width at most 2^exponent for a 16-point rule; its ends are multiples of
// that. Empty when begin >= end.
struct PanelNeed {
  double begin = 0;
  double end = 0;
  int exponent = 0;

  bool operator==(const PanelNeed&) const = default;
};

// How many candidates compete. Among many, who comes first is decided where few reach, and changes quickly there.
enum Crowd { few, dozens, hundreds, crowds };

Crowd crowd_of(std::size_t candidates);

struct BetaLaw {
  BetaLaw(double alpha, double beta);  // shapes are clamped as in beta_sampler.h

  // The logarithm of the density at x, exact to about 1e-11 for the sharpest laws too.
  double log_density(double x) const;

  double alpha;
  double beta;
  double mode;           // log(alpha / beta)
  double softplus_mode;  // log(1 + e^mode)
  double log_peak;       // of the density, at the mode
  double lower;          // P(x < lower) and P(x > upper) are negligible: about 1e-10 and 1e-11 at most
  double upper;
  double low;  // P(x < low) is at most low_chance

  static constexpr double low_chance = 0.0821;  // exp(-2.5)
};

struct PanelNeeds {
  std::array<PanelNeed, 3> always;           // left tail, core up to a bit above the mode, right tail
  std::array<PanelNeed, crowds> upper_core;  // the rest of the core, by crowd

  bool operator==(const PanelNeeds&) const = default;
};

PanelNeeds needs_of(const BetaLaw& law);

}  // namespace proffer::bandit
