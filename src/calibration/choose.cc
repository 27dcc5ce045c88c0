// Which calibrator: by cross-validation.
#include <algorithm>
#include <array>
#include <limits>

#include "calibration/calibrator.h"
#include "calibration/folds.h"

namespace proffer::calibration {
namespace {

using Fit = Calibrator (*)(Scores, Labels);

struct Candidate {
  Fit fit;
  std::size_t least_rows;
};

constexpr std::array<Candidate, 3> candidates = {{{fit_sigmoid, 0}, {fit_beta, 0}, {fit_isotonic, isotonic_rows}}};

struct Rows {
  std::vector<double> raw;
  std::vector<std::uint8_t> labels;
};

Rows rows_where(Scores raw, Labels labels, const std::vector<std::uint8_t>& fold, std::size_t wanted, bool is_in) {
  Rows out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if ((fold[i] == wanted) != is_in) continue;
    out.raw.push_back(raw[i]);
    out.labels.push_back(labels[i]);
  }
  return out;
}

// The loss of rows by calibrators that have not seen them.
double loss_across(Fit fit, Scores raw, Labels labels, const std::vector<std::uint8_t>& fold) {
  double sum = 0;
  for (std::size_t k = 0; k < folds; ++k) {
    const auto others = rows_where(raw, labels, fold, k, false);
    auto own = rows_where(raw, labels, fold, k, true);
    const auto calibrator = fit(others.raw, others.labels);
    for (auto& score : own.raw) score = calibrator.apply(score);
    sum += logloss(own.raw, own.labels) * static_cast<double>(own.raw.size());
  }
  return sum;
}

}  // namespace

Calibrator choose_calibrator(Scores raw, Labels labels, std::uint64_t seed) {
  const auto fold = stratified_folds(labels, seed);
  Fit best = candidates.front().fit;
  double least = std::numeric_limits<double>::infinity();
  for (const auto& candidate : candidates) {
    if (raw.size() < candidate.least_rows) continue;
    const double loss = loss_across(candidate.fit, raw, labels, fold);
    if (loss < least) best = candidate.fit;
    least = std::min(least, loss);
  }
  return best(raw, labels);
}

}  // namespace proffer::calibration
