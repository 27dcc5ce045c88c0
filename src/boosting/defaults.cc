#include "boosting/defaults.h"

#include <algorithm>
#include <cmath>

namespace proffer::boosting {
namespace {

struct RateCurve {
  double a, b, c;
};

RateCurve curve_of(Loss loss, bool held_out) {
  if (loss == Loss::logloss) return held_out ? RateCurve{0.247, -5.158, -0.435} : RateCurve{0.427, -7.525, -0.917};
  return held_out ? RateCurve{0.157, -4.062, -0.61} : RateCurve{0.158, -4.287, -0.813};
}

}  // namespace

double automatic_learning_rate(Loss loss, bool held_out, std::size_t rows, std::uint32_t iterations) {
  const auto [a, b, c] = curve_of(loss, held_out);
  const double rate = std::exp(a * std::log(static_cast<double>(rows)) + b + c * std::log(iterations / 1000.0));
  return std::round(std::min(0.5, rate) * 1e6) / 1e6;
}

std::uint32_t automatic_leaf_iterations(Loss loss, std::uint32_t iterations, std::size_t features) {
  return loss == Loss::rmse || (iterations < 200 && features < 20) ? 1 : 10;
}

}  // namespace proffer::boosting
