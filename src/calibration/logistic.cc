#include "calibration/logistic.h"

#include <algorithm>
#include <cmath>

namespace proffer::calibration {
namespace {

constexpr std::size_t d = logistic_features;
constexpr double ridge = 1e-6;
constexpr int most_steps = 100;
constexpr int most_halvings = 30;
constexpr double least_gain = 1e-13;  // of the loss, relative

using Matrix = std::array<std::array<double, d>, d>;

double dot(const LogisticRow& a, const LogisticRow& b) {
  double sum = 0;
  for (std::size_t i = 0; i < d; ++i) sum += a[i] * b[i];
  return sum;
}

double loss(std::span<const LogisticRow> rows, std::span<const double> targets, const LogisticRow& w) {
  double sum = ridge / 2 * dot(w, w);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const double z = dot(w, rows[r]);
    sum += softplus(z) - targets[r] * z;
  }
  return sum;
}

// Gaussian elimination; the matrix is symmetric and positive definite by its ridge, so no pivots are looked for.
LogisticRow solve(Matrix a, LogisticRow b) {
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = i + 1; j < d; ++j) {
      const double factor = a[j][i] / a[i][i];
      for (std::size_t k = i; k < d; ++k) a[j][k] -= factor * a[i][k];
      b[j] -= factor * b[i];
    }
  }
  for (std::size_t i = d; i-- > 0;) {
    for (std::size_t k = i + 1; k < d; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

// Hessian^-1 gradient.
LogisticRow newton_step(std::span<const LogisticRow> rows, std::span<const double> targets, const LogisticRow& w) {
  LogisticRow gradient{};
  Matrix hessian{};
  for (std::size_t i = 0; i < d; ++i) {
    gradient[i] = ridge * w[i];
    hessian[i][i] = ridge;
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto& x = rows[r];
    const double p = sigmoid(dot(w, x));
    for (std::size_t i = 0; i < d; ++i) {
      gradient[i] += (p - targets[r]) * x[i];
      for (std::size_t j = 0; j < d; ++j) hessian[i][j] += p * (1 - p) * x[i] * x[j];
    }
  }
  return solve(hessian, gradient);
}

}  // namespace

double sigmoid(double z) {
  const double m = std::exp(-std::abs(z));
  return std::clamp(z >= 0 ? 1 / (1 + m) : m / (1 + m), 1e-15, 1 - 1e-15);
}

double softplus(double z) { return std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z))); }

LogisticRow fit_logistic(std::span<const LogisticRow> rows, std::span<const double> targets) {
  LogisticRow w{};
  double current = loss(rows, targets, w);
  for (int step = 0; step < most_steps; ++step) {
    const auto direction = newton_step(rows, targets, w);
    double scale = 1, next = 0;
    LogisticRow tried{};
    for (int halving = 0; halving < most_halvings; ++halving, scale /= 2) {
      for (std::size_t i = 0; i < d; ++i) tried[i] = w[i] - scale * direction[i];
      if ((next = loss(rows, targets, tried)) < current) break;
    }
    if (!(next < current)) return w;
    const bool is_done = current - next < least_gain * std::max(1.0, current);
    w = tried;
    current = next;
    if (is_done) return w;
  }
  return w;
}

}  // namespace proffer::calibration
