#include "bandit/beta_sampler.h"

#include <algorithm>
#include <cmath>

#include "bandit/ziggurat.h"

namespace proffer::bandit {
namespace {

// Beyond the lowest layer: Marsaglia, "Generating a variable from the tail of the normal distribution", 1964.
double draw_normal_tail(base::RandomStream& stream) {
  for (;;) {
    const double x = -std::log(stream.uniform()) / Ziggurat::tail;
    const double y = -std::log(stream.uniform());
    if (2 * y > x * x) return Ziggurat::tail + x;
  }
}

// A Gamma(shape, 1) number for shape >= 1: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM
// TOMS 26(3), 2000.
double draw_gamma_from_one(double shape, base::RandomStream& stream) {
  const double d = shape - 1.0 / 3.0;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = draw_normal(stream);
    const double root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = stream.uniform();
    if (u < 1 - 0.0331 * (x * x) * (x * x)) return d * v;
    if (std::log(u) < 0.5 * x * x + d * (1 - v + std::log(v))) return d * v;
  }
}

// A Gamma(shape, 1) number is value * exp(log_boost). Below shape 1 it is a Gamma(shape + 1) number times U^(1/shape)
// (the same paper, section 6), which a double cannot hold for small shapes; its logarithm it can.
struct GammaDraw {
  double value;
  double log_boost;
};

GammaDraw draw_gamma(double shape, base::RandomStream& stream) {
  if (shape >= 1) return {draw_gamma_from_one(shape, stream), 0};
  const double value = draw_gamma_from_one(shape + 1, stream);
  return {value, std::log(stream.uniform()) / shape};
}

}  // namespace

double draw_normal(base::RandomStream& stream) {
  const Ziggurat& normal = ziggurat();
  for (;;) {
    const std::uint64_t bits = stream.next();
    const auto layer = static_cast<std::size_t>(bits & 0xff);
    const double u = static_cast<double>(static_cast<std::int64_t>(bits) >> 11) * 0x1p-52 + 0x1p-53;  // in (-1, 1)
    const double x = u * normal.width[layer];
    if (std::abs(x) < normal.width[layer + 1]) return x;
    if (layer == 0) return std::copysign(draw_normal_tail(stream), u);
    const double between = normal.height[layer + 1] - normal.height[layer];
    if (normal.height[layer] + stream.uniform() * between < std::exp(-0.5 * x * x)) return x;
  }
}

double draw_log_gamma(double shape, base::RandomStream& stream) {
  const GammaDraw gamma = draw_gamma(valid_shape(shape), stream);
  return std::log(gamma.value) + gamma.log_boost;
}

double draw_beta_log_odds(double alpha, double beta, base::RandomStream& stream) {
  const GammaDraw success = draw_gamma(valid_shape(alpha), stream);
  const GammaDraw failure = draw_gamma(valid_shape(beta), stream);
  return std::log(success.value / failure.value) + (success.log_boost - failure.log_boost);
}

double from_log_odds(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

}  // namespace proffer::bandit
