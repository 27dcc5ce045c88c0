// From a model's raw score (log-odds) to a probability that means what it says, strictly inside (0, 1).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "calibration/metrics.h"

namespace proffer::calibration {

enum class Method : std::uint8_t {
  none,      // 1 / (1 + exp(-raw))
  sigmoid,   // 1 / (1 + exp(-(a raw + c))): Platt 1999
  isotonic,  // monotone steps, linear between them
  beta,      // 1 / (1 + exp(-(a ln p - b ln(1 - p) + c))), p as for none, a and b >= 0: Kull et al., AISTATS 2017
};

std::string_view name_of(Method method);

// Plain data; any thread may apply it.
struct Calibrator {
  Method method = Method::none;
  double a = 1, b = 0, c = 0;
  std::vector<double> knots;   // of isotonic: raw scores that rise,
  std::vector<double> values;  // and probabilities that do not fall; beyond the ends they stay

  double apply(double raw) const;
};

// Each is fitted to raw scores of rows that the model was not trained on. With one class only, or no rows, they give
// what their smoothing makes of it.

// Logistic loss with the targets (P + 1) / (P + 2) and 1 / (N + 2) for P positives and N negatives (Platt 1999; Lin,
// Lin and Weng 2007).
Calibrator fit_sigmoid(Scores raw, Labels labels);

// Pool adjacent violators (Ayer et al. 1955). A step of n rows with k positives has the value (k + 1) / (n + 2); steps
// whose values would fall by that are pooled too.
Calibrator fit_isotonic(Scores raw, Labels labels);

// Where a or b would be negative it is 0 and the others are fitted again.
Calibrator fit_beta(Scores raw, Labels labels);

// How many rows isotonic needs to be thought of: below, its steps follow chance.
inline constexpr std::size_t isotonic_rows = 1'000;

// The method with the least logistic loss in a stratified 5-fold cross-validation of these rows, fitted to all of them.
// The earlier of equals: sigmoid, beta, isotonic. The folds follow the seed.
Calibrator choose_calibrator(Scores raw, Labels labels, std::uint64_t seed);

}  // namespace proffer::calibration
