#include "bandit/sentimental_equilibrium.h"

#include <algorithm>
#include <cmath>

#include "bandit/valued_policy.h"

namespace proffer::bandit {
namespace {

using SentimentSettings = decision::AlgorithmSettings::Sentiment;
using decision::Disutility;
using decision::Utility;

// A function of ln c and its slope.
struct Line {
  double value;
  double slope;
};

// ln U'(x), x = (a / r) c.
Line log_marginal_utility(Utility utility, double x) {
  if (utility == Utility::square_root) return {-std::log(2.0) - std::log(x) / 2, -0.5};
  if (utility == Utility::linear) return {0, 0};
  return {-std::log1p(x), -x / (1 + x)};
}

// ln D'(c).
Line log_marginal_disutility(Disutility disutility, double log_c) {
  if (disutility == Disutility::linear) return {0, 0};
  return {log_c, 1};
}

// Without a quadratic cost the marginal utility must fall from above the marginal cost to below it.
bool has_interior_solution(const SentimentSettings& s) {
  if (s.disutility == Disutility::quadratic || s.utility == Utility::square_root) return true;
  return s.utility == Utility::logarithm && s.effort_efficiency > s.decay_rate + s.discount_rate;
}

}  // namespace

SentimentalEquilibrium sentimental_equilibrium(const SentimentSettings& s) {
  if (!has_interior_solution(s)) return {};
  const double log_gain = std::log(s.effort_efficiency / s.decay_rate);                       // of x over c
  const double log_price = std::log((s.decay_rate + s.discount_rate) / s.effort_efficiency);  // of D' over U'
  // The difference of the logarithms is concave and falls in ln c: right of its root, where U' is small, the steps go
  // left and do not pass it.
  double log_c = std::max(0.0, 1 - log_price) - log_gain;
  for (int step = 0; step < 100; ++step) {
    const Line utility = log_marginal_utility(s.utility, std::exp(log_gain + log_c));
    const Line disutility = log_marginal_disutility(s.disutility, log_c);
    const double change = (utility.value - disutility.value - log_price) / (utility.slope - disutility.slope);
    log_c -= change;
    if (std::abs(change) < 1e-15 * (1 + std::abs(log_c))) break;
  }
  return {std::exp(log_c), std::exp(log_gain + log_c), true};
}

std::unique_ptr<Policy> make_sentimental_equilibrium(const decision::Campaign&) {
  return make_valued_policy([](const Candidates&, std::span<double>) {});  // nothing is known of single offers
}

}  // namespace proffer::bandit
