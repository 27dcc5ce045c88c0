// Logistic regression on a few features, as the calibrators need it.
#pragma once

#include <array>
#include <span>
#include <vector>

namespace proffer::calibration {

inline constexpr std::size_t logistic_features = 3;  // the last is usually 1, for the intercept

using LogisticRow = std::array<double, logistic_features>;

// 1 / (1 + exp(-z)) without overflow, strictly inside (0, 1).
double sigmoid(double z);

// ln(1 + exp(z)) without overflow.
double softplus(double z);

// The weights w that minimise sum of softplus(w x) - t w x over rows x with targets t in [0, 1], plus a ridge of 1e-6
// w^2 / 2, which keeps them finite where the classes can be told apart. Newton's method with halved steps: at most 100
// of O(rows). A feature that is 0 in every row gets the weight 0.
LogisticRow fit_logistic(std::span<const LogisticRow> rows, std::span<const double> targets);

}  // namespace proffer::calibration
