#include "bandit/factorization.h"

#include <cmath>
#include <cstddef>

namespace proffer::bandit {
namespace {

constexpr double confidence = 40;  // alpha of the paper, section 6

// matrix += weight * x x', the lower triangle.
void add_outer(std::span<const double> x, double weight, std::span<double> matrix) {
  const std::size_t n = x.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) matrix[i * n + j] += weight * x[i] * x[j];
  }
}

// Solves matrix * y = x in place; the lower triangle of a positive definite matrix becomes its Cholesky factor. Golub
// and Van Loan, Matrix Computations, 4th edition, 2013, algorithm 4.2.1.
void solve_positive(std::span<double> matrix, std::span<double> x) {
  const std::size_t n = x.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double sum = matrix[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= matrix[i * n + k] * matrix[j * n + k];
      matrix[i * n + j] = i == j ? std::sqrt(sum) : sum / matrix[j * n + j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) x[i] -= matrix[i * n + k] * x[k];
    x[i] /= matrix[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) x[i] -= matrix[k * n + i] * x[k];
    x[i] /= matrix[i * n + i];
  }
}

std::vector<std::vector<Acceptance>> transposed(std::span<const std::vector<Acceptance>> users, std::size_t items) {
  std::vector<std::vector<Acceptance>> by_item(items);
  for (std::uint32_t user = 0; user < users.size(); ++user) {
    for (const Acceptance& accepted : users[user]) by_item[accepted.row].push_back({user, accepted.weight});
  }
  return by_item;
}

void solve_all(const Factors& fixed, std::span<const std::vector<Acceptance>> accepted, double regularisation,
               Factors& rows) {
  const HalfStep step(fixed, regularisation);
  for (std::size_t i = 0; i < accepted.size(); ++i) step.solve(accepted[i], rows.row(i));
}

}  // namespace

HalfStep::HalfStep(const Factors& fixed, double regularisation)
    : fixed_(fixed), normal_(fixed.dimensions * fixed.dimensions) {
  for (std::size_t i = 0; i < fixed.rows(); ++i) add_outer(fixed.row(i), 1, normal_);
  for (std::size_t i = 0; i < fixed.dimensions; ++i) normal_[i * fixed.dimensions + i] += regularisation;
}

void HalfStep::solve(std::span<const Acceptance> accepted, std::span<double> row) const {
  std::vector<double> matrix = normal_;
  for (double& x : row) x = 0;
  for (const Acceptance& one : accepted) {
    const auto other = fixed_.row(one.row);
    add_outer(other, confidence * one.weight, matrix);
    for (std::size_t i = 0; i < row.size(); ++i) row[i] += (1 + confidence * one.weight) * other[i];
  }
  if (!accepted.empty()) solve_positive(matrix, row);
}

void fit_items(std::span<const std::vector<Acceptance>> users, double regularisation, std::size_t sweeps,
               Factors& items) {
  const auto by_item = transposed(users, items.rows());
  Factors user_rows{items.dimensions, std::vector<double>(users.size() * items.dimensions)};
  for (std::size_t sweep = 0; sweep < sweeps; ++sweep) {
    solve_all(items, users, regularisation, user_rows);
    solve_all(user_rows, by_item, regularisation, items);
  }
}

}  // namespace proffer::bandit
