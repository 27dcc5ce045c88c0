// Exact draws from Beta laws.
//
// A draw is made as log-odds, log(t / (1 - t)): with shapes below 1 much of a Beta law lies closer to 0 or 1 than a
// double can tell from them, and its log-odds keep their order there.
#pragma once

#include <algorithm>

#include "base/random.h"

namespace proffer::bandit {

// Shapes outside [least_shape, greatest_shape] are taken as the nearest of the two.
inline constexpr double least_shape = 1e-3;
inline constexpr double greatest_shape = 1e9;
inline double valid_shape(double shape) { return std::clamp(shape, least_shape, greatest_shape); }

// A standard normal number.
double draw_normal(base::RandomStream& stream);

// The logarithm of a Gamma(shape, 1) number, shape > 0.
double draw_log_gamma(double shape, base::RandomStream& stream);

// log(t / (1 - t)) of t ~ Beta(alpha, beta).
double draw_beta_log_odds(double alpha, double beta, base::RandomStream& stream);

// t of its log-odds, in [0, 1].
double from_log_odds(double log_odds);

}  // namespace proffer::bandit
