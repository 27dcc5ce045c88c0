#include "calibration/calibrator.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "calibration/logistic.h"

namespace proffer::calibration {
namespace {

// ln p and ln(1 - p) of the probability that the raw score stands for, without rounding it to 0 or 1 on the way.
double log_p(double raw) { return -softplus(-raw); }
double log_not_p(double raw) { return -softplus(raw); }

double interpolated(const Calibrator& c, double raw) {
  const auto above = std::ranges::upper_bound(c.knots, raw);
  if (above == c.knots.begin()) return c.values.front();
  if (above == c.knots.end()) return c.values.back();
  const auto i = static_cast<std::size_t>(above - c.knots.begin());
  const double share = (raw - c.knots[i - 1]) / (c.knots[i] - c.knots[i - 1]);
  return c.values[i - 1] + share * (c.values[i] - c.values[i - 1]);
}

struct Step {
  double first, last;  // raw scores
  double positives, rows;

  double mean() const { return positives / rows; }
  double smoothed() const { return (positives + 1) / (rows + 2); }
  void take(const Step& next) {
    last = next.last;
    positives += next.positives;
    rows += next.rows;
  }
};

// One step for each different score, in their order.
std::vector<Step> steps_of(Scores raw, Labels labels) {
  std::vector<std::size_t> order(raw.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return raw[i]; });
  std::vector<Step> steps;
  for (const auto i : order) {
    const Step one{raw[i], raw[i], static_cast<double>(labels[i]), 1};
    if (!steps.empty() && steps.back().last == raw[i]) {
      steps.back().take(one);
    } else {
      steps.push_back(one);
    }
  }
  return steps;
}

// Neighbours become one until `value` of them rises.
std::vector<Step> pooled(const std::vector<Step>& steps, double (Step::*value)() const) {
  std::vector<Step> out;
  for (const auto& step : steps) {
    out.push_back(step);
    while (out.size() > 1 && (out[out.size() - 2].*value)() >= (out.back().*value)()) {
      const Step last = out.back();
      out.pop_back();
      out.back().take(last);
    }
  }
  return out;
}

std::vector<LogisticRow> beta_rows(Scores raw, bool with_a, bool with_b) {
  std::vector<LogisticRow> rows;
  rows.reserve(raw.size());
  for (const double z : raw) rows.push_back({with_a ? log_p(z) : 0, with_b ? -log_not_p(z) : 0, 1});
  return rows;
}

}  // namespace

std::string_view name_of(Method method) {
  constexpr std::string_view names[] = {"none", "sigmoid", "isotonic", "beta"};
  return names[static_cast<std::size_t>(method)];
}

double Calibrator::apply(double raw) const {
  switch (method) {
    case Method::none:
      return sigmoid(raw);
    case Method::sigmoid:
      return sigmoid(a * raw + c);
    case Method::isotonic:
      return interpolated(*this, raw);
    case Method::beta:
      return sigmoid(a * log_p(raw) - b * log_not_p(raw) + c);
  }
  return sigmoid(raw);
}

Calibrator fit_sigmoid(Scores raw, Labels labels) {
  const auto p = static_cast<double>(std::ranges::count(labels, 1)), n = static_cast<double>(labels.size()) - p;
  std::vector<LogisticRow> rows;
  std::vector<double> targets;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    rows.push_back({raw[i], 0, 1});
    targets.push_back(labels[i] == 1 ? (p + 1) / (p + 2) : 1 / (n + 2));
  }
  const auto w = fit_logistic(rows, targets);
  return {Method::sigmoid, w[0], 0, w[2], {}, {}};
}

Calibrator fit_isotonic(Scores raw, Labels labels) {
  if (raw.empty()) return {Method::isotonic, 1, 0, 0, {0}, {0.5}};
  Calibrator out{Method::isotonic, 1, 0, 0, {}, {}};
  for (const auto& step : pooled(pooled(steps_of(raw, labels), &Step::mean), &Step::smoothed)) {
    out.knots.push_back(step.first);
    out.values.push_back(step.smoothed());
    if (step.last == step.first) continue;
    out.knots.push_back(step.last);
    out.values.push_back(step.smoothed());
  }
  return out;
}

Calibrator fit_beta(Scores raw, Labels labels) {
  const std::vector<double> targets(labels.begin(), labels.end());
  auto w = fit_logistic(beta_rows(raw, true, true), targets);
  if (w[0] < 0) {
    w = fit_logistic(beta_rows(raw, false, true), targets);
  } else if (w[1] < 0) {
    w = fit_logistic(beta_rows(raw, true, false), targets);
  }
  // Scores that say the opposite of the labels leave the base rate.
  if (w[0] < 0 || w[1] < 0) w = fit_logistic(beta_rows(raw, false, false), targets);
  return {Method::beta, w[0], w[1], w[2], {}, {}};
}

}  // namespace proffer::calibration
