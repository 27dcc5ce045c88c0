// Losses and their derivatives in the raw score.
#pragma once

#include <span>

#include "boosting/train.h"

namespace proffer::boosting {

// Of one row: minus the first derivative of its loss, and the second.
struct Derivatives {
  double gradient, hessian;
};

// Logistic loss of target y in {0, 1}: ln(1 + exp(-z)) or ln(1 + exp(z)). Half of the squared error for rmse.
Derivatives derivatives(Loss loss, double raw, double target);

// The weighted mean of the logistic losses; the root of the weighted mean of squared errors.
double mean_loss(Loss loss, std::span<const double> raw, std::span<const float> targets,
                 std::span<const float> weights);

// Sums over rows that share one shift of their raw score each, for a step of Newton's method.
struct LeafSums {
  double gradient = 0, hessian = 0;
};

// Adds the derivatives at raw[r] + shift[leaf[r]] to sums[leaf[r]], and returns the sum of the rows' losses there.
double add_derivatives(Loss loss, std::span<const double> raw, std::span<const float> targets,
                       std::span<const float> weights, std::span<const std::uint16_t> leaf,
                       std::span<const double> shift, std::span<LeafSums> sums);

}  // namespace proffer::boosting
