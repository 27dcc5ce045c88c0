#include "boosting/loss.h"

#include <algorithm>
#include <cmath>

namespace proffer::boosting {
namespace {

// m = exp(-|z|), from which the loss, the probability of 1 and its variance come without overflow and without a branch.
struct Logistic {
  double m, p, variance;
  explicit Logistic(double z) : m(std::exp(-std::abs(z))) {
    const double larger = 1 / (1 + m);  // of the two probabilities
    variance = m * larger * larger;
    p = z >= 0 ? larger : m * larger;
  }
};

double row_loss(Loss loss, double raw, double target) {
  if (loss == Loss::rmse) return (target - raw) * (target - raw) / 2;
  return std::log1p(std::exp(-std::abs(raw))) + std::max(raw, 0.0) - target * raw;
}

// The logarithm of a product is taken once for so many factors of 1 to 2: their product stays below 2^512.
constexpr std::size_t factors_a_logarithm = 512;

double weight_of(std::span<const float> weights, std::size_t row) { return weights.empty() ? 1 : weights[row]; }

}  // namespace

Derivatives derivatives(Loss loss, double raw, double target) {
  if (loss == Loss::rmse) return {target - raw, 1};
  const Logistic l(raw);
  return {target - l.p, l.variance};
}

double mean_loss(Loss loss, std::span<const double> raw, std::span<const float> targets,
                 std::span<const float> weights) {
  double sum = 0, total = 0;
  for (std::size_t r = 0; r < raw.size(); ++r) {
    const double w = weight_of(weights, r);
    sum += w * row_loss(loss, raw[r], targets[r]);
    total += w;
  }
  return loss == Loss::rmse ? std::sqrt(2 * sum / total) : sum / total;
}

// Without weights the logarithms of many rows are one logarithm of their product.
double add_derivatives(Loss loss, std::span<const double> raw, std::span<const float> targets,
                       std::span<const float> weights, std::span<const std::uint16_t> leaf,
                       std::span<const double> shift, std::span<LeafSums> sums) {
  double total = 0, product = 1;
  for (std::size_t r = 0; r < raw.size(); ++r) {
    const double z = raw[r] + shift[leaf[r]], target = targets[r], w = weight_of(weights, r);
    auto& sum = sums[leaf[r]];
    if (loss == Loss::rmse) {
      sum.gradient += w * (target - z);
      sum.hessian += w;
      total += w * row_loss(loss, z, target);
      continue;
    }
    const Logistic l(z);
    sum.gradient += w * (target - l.p);
    sum.hessian += w * l.variance;
    total += w * (std::max(z, 0.0) - target * z);
    if (!weights.empty()) {
      total += w * std::log1p(l.m);
    } else if (product *= 1 + l.m; r % factors_a_logarithm == factors_a_logarithm - 1) {
      total += std::log(product);
      product = 1;
    }
  }
  return total + std::log(product);
}

}  // namespace proffer::boosting
