// How good predicted probabilities are. Scores and labels have one length; labels are 0 or 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace proffer::calibration {

using Scores = std::span<const double>;
using Labels = std::span<const std::uint8_t>;

// P(score of a positive > score of a negative) + P(tie) / 2, by midranks (Hanley and McNeil 1982). Nothing with one
// class. O(n log n).
std::optional<double> auc(Scores scores, Labels labels);

// -mean(y ln p + (1 - y) ln(1 - p)) with p cut to [1e-15, 1 - 1e-15]. 0 for no rows.
double logloss(Scores probabilities, Labels labels);

// mean (p - y)^2 (Brier 1950).
double brier(Scores probabilities, Labels labels);

// The same of always predicting the base rate m of these labels: m (1 - m).
double brier_baseline(Labels labels);

// One of equally wide intervals of [0, 1], for a reliability plot.
struct ReliabilityBin {
  std::size_t rows = 0;
  double mean_probability = 0;  // 0 when it has no rows, as the next
  double positive_share = 0;
};
std::vector<ReliabilityBin> reliability(Scores probabilities, Labels labels, std::size_t bins = 10);

// Expected calibration error: sum over bins of (rows / all) * |positive share - mean probability| (Naeini et al. 2015),
// with 10 bins of equal width.
double ece(Scores probabilities, Labels labels);

}  // namespace proffer::calibration
