#include "calibration/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace proffer::calibration {
namespace {

constexpr double least_probability = 1e-15;

std::size_t positives(Labels labels) { return static_cast<std::size_t>(std::ranges::count(labels, 1)); }

std::vector<std::size_t> ascending(Scores scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return scores[i]; });
  return order;
}

double mean_of(double sum, std::size_t n) { return n == 0 ? 0 : sum / static_cast<double>(n); }

}  // namespace

// (sum of the ranks of the positives - P (P + 1) / 2) / (P N), where ties share the mean of their ranks.
std::optional<double> auc(Scores scores, Labels labels) {
  const auto order = ascending(scores);
  double ranks = 0;
  for (std::size_t i = 0, end = 0; i < order.size(); i = end) {
    while (end < order.size() && scores[order[end]] == scores[order[i]]) ++end;
    const double midrank = (static_cast<double>(i) + static_cast<double>(end) + 1) / 2;  // of ranks i + 1 to end
    for (std::size_t j = i; j < end; ++j) ranks += labels[order[j]] == 1 ? midrank : 0;
  }
  const auto p = static_cast<double>(positives(labels)), n = static_cast<double>(labels.size()) - p;
  if (p == 0 || n == 0) return std::nullopt;
  return (ranks - p * (p + 1) / 2) / (p * n);
}

double logloss(Scores probabilities, Labels labels) {
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double p = std::clamp(probabilities[i], least_probability, 1 - least_probability);
    sum -= labels[i] == 1 ? std::log(p) : std::log1p(-p);
  }
  return mean_of(sum, labels.size());
}

double brier(Scores probabilities, Labels labels) {
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double gap = probabilities[i] - labels[i];
    sum += gap * gap;
  }
  return mean_of(sum, labels.size());
}

double brier_baseline(Labels labels) {
  const double m = mean_of(static_cast<double>(positives(labels)), labels.size());
  return m * (1 - m);
}

std::vector<ReliabilityBin> reliability(Scores probabilities, Labels labels, std::size_t bins) {
  std::vector<ReliabilityBin> out(bins);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double place = std::clamp(probabilities[i], 0.0, 1.0) * static_cast<double>(bins);
    auto& bin = out[std::min(static_cast<std::size_t>(place), bins - 1)];  // 1 belongs to the last
    ++bin.rows;
    bin.mean_probability += probabilities[i];
    bin.positive_share += labels[i];
  }
  for (auto& bin : out) {
    bin.mean_probability = mean_of(bin.mean_probability, bin.rows);
    bin.positive_share = mean_of(bin.positive_share, bin.rows);
  }
  return out;
}

double ece(Scores probabilities, Labels labels) {
  double sum = 0;
  for (const auto& bin : reliability(probabilities, labels))
    sum += static_cast<double>(bin.rows) * std::abs(bin.positive_share - bin.mean_probability);
  return mean_of(sum, labels.size());
}

}  // namespace proffer::calibration
