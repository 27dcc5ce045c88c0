#include "tuning/parzen.h"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>
#include <numeric>

namespace proffer::tuning {
namespace {

constexpr double most_bandwidths = 100;  // in a range: no kernel is narrower
constexpr std::size_t full_weight_trials = 25;
constexpr double cells_kept = 64;

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }
double normal_quantile(double p) { return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * p); }

// Phi(to) - Phi(from), from the side where both are small.
double normal_mass(double from, double to) {
  return from > 0 ? normal_cdf(-from) - normal_cdf(-to) : normal_cdf(to) - normal_cdf(from);
}

// Of each kernel the larger gap to its neighbours; the outermost have only the inner one, a lone one those to the ends.
std::vector<double> bandwidths(const std::vector<double>& means, double low, double high) {
  const std::size_t n = means.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return means[a] < means[b]; });
  const auto at = [&](std::size_t i) { return means[order[i]]; };
  std::vector<double> out(n);
  const double narrowest = (high - low) / std::min(most_bandwidths, static_cast<double>(n) + 2);
  for (std::size_t i = 0; i < n; ++i) {
    double left = i > 0 ? at(i) - at(i - 1) : 0;
    double right = i + 1 < n ? at(i + 1) - at(i) : 0;
    if (n == 1) left = at(0) - low, right = high - at(0);
    out[order[i]] = std::clamp(std::max(left, right), narrowest, high - low);
  }
  return out;
}

// 1 for the newest 25, rising to that in equal steps from 1 / n for the oldest.
std::vector<double> weights_of(std::size_t n) {
  std::vector<double> out(n, 1.0);
  const std::size_t ramp = n > full_weight_trials ? n - full_weight_trials : 0;
  const double first = 1.0 / static_cast<double>(std::max<std::size_t>(n, 1));
  for (std::size_t i = 0; i < ramp; ++i)
    out[i] = ramp == 1 ? first : first + (1 - first) * static_cast<double>(i) / static_cast<double>(ramp - 1);
  return out;
}

double log_sum_exp(std::span<const double> values) {
  const double largest = *std::max_element(values.begin(), values.end());
  if (std::isinf(largest)) return largest;
  double sum = 0;
  for (const double value : values) sum += std::exp(value - largest);
  return largest + std::log(sum);
}

std::size_t pick(std::span<const double> shares, base::RandomStream& chance) {
  double rest = chance.uniform();
  for (std::size_t i = 0; i + 1 < shares.size(); ++i) {
    if (rest < shares[i]) return i;
    rest -= shares[i];
  }
  return shares.size() - 1;
}

}  // namespace

NumberKernels::NumberKernels(const Real& range, std::span<const double> seen)
    : log_(range.log), smallest_(range.low), largest_(range.high), low_(scaled(range.low)), high_(scaled(range.high)) {
  make_kernels({seen.begin(), seen.end()});
}

NumberKernels::NumberKernels(const Integer& range, std::span<const double> seen)
    : log_(range.log),
      whole_(true),
      smallest_(static_cast<double>(range.low)),
      largest_(static_cast<double>(range.high)),
      low_(scaled(smallest_ - 0.5)),
      high_(scaled(largest_ + 0.5)) {
  make_kernels({seen.begin(), seen.end()});
  make_cells();
}

void NumberKernels::make_kernels(std::vector<double> means) {
  for (double& mean : means) mean = scaled(mean);
  deviations_ = bandwidths(means, low_, high_);
  means_ = std::move(means);
  means_.push_back((low_ + high_) / 2);
  deviations_.push_back(high_ - low_);
  for (std::size_t k = 0; k < means_.size(); ++k) log_masses_.push_back(std::log(mass(k, low_, high_)));
}

void NumberKernels::make_cells() {
  if (largest_ - smallest_ >= cells_kept) return;
  for (double value = smallest_; value <= largest_; ++value) {
    for (std::size_t k = 0; k < means_.size(); ++k) cells_.push_back(log_cell(k, value));
  }
}

double NumberKernels::scaled(double value) const { return log_ ? std::log(value) : value; }

double NumberKernels::mass(std::size_t kernel, double from, double to) const {
  return normal_mass((from - means_[kernel]) / deviations_[kernel], (to - means_[kernel]) / deviations_[kernel]);
}

double NumberKernels::log_cell(std::size_t kernel, double value) const {
  return std::log(mass(kernel, scaled(value - 0.5), scaled(value + 0.5))) - log_masses_[kernel];
}

double NumberKernels::sample(std::size_t kernel, base::RandomStream& chance) const {
  const double below = normal_cdf((low_ - means_[kernel]) / deviations_[kernel]);
  const double above = normal_cdf((high_ - means_[kernel]) / deviations_[kernel]);
  const double place =
      means_[kernel] + deviations_[kernel] * normal_quantile(below + chance.uniform() * (above - below));
  const double value = log_ ? std::exp(place) : place;
  return std::clamp(whole_ ? std::round(value) : value, smallest_, largest_);
}

void NumberKernels::add_log_density(double value, std::span<double> by_kernel) const {
  const double* cells = cells_.empty() ? nullptr : &cells_[static_cast<std::size_t>(value - smallest_) * means_.size()];
  const double place = scaled(value);
  const double log_root_two_pi = 0.5 * std::log(2 * std::numbers::pi);
  for (std::size_t k = 0; k < means_.size(); ++k) {
    if (whole_) {
      by_kernel[k] += cells != nullptr ? cells[k] : log_cell(k, value);
    } else {
      const double z = (place - means_[k]) / deviations_[k];
      by_kernel[k] -= z * z / 2 + std::log(deviations_[k]) + log_root_two_pi + log_masses_[k];
    }
  }
}

ChoiceKernels::ChoiceKernels(const Choice& range, std::span<const double> seen) : options_(range.options) {
  const auto kernels = static_cast<double>(seen.size() + 1);
  const auto options = static_cast<double>(options_);
  const double total = 1 + options / kernels;
  shares_.assign((seen.size() + 1) * options_, 1 / kernels / total);
  for (std::size_t k = 0; k < seen.size(); ++k) shares_[k * options_ + static_cast<std::size_t>(seen[k])] += 1 / total;
  std::fill(shares_.end() - static_cast<std::ptrdiff_t>(options_), shares_.end(), 1 / options);
}

double ChoiceKernels::sample(std::size_t kernel, base::RandomStream& chance) const {
  return static_cast<double>(pick(std::span(shares_).subspan(kernel * options_, options_), chance));
}

void ChoiceKernels::add_log_density(double value, std::span<double> by_kernel) const {
  const auto option = static_cast<std::size_t>(value);
  for (std::size_t k = 0; k < by_kernel.size(); ++k) by_kernel[k] += std::log(shares_[k * options_ + option]);
}

ParzenMixture::ParzenMixture(const Space& space, std::span<const Point* const> seen)
    : weights_(weights_of(seen.size())) {
  weights_.push_back(1);
  const double total = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  for (double& weight : weights_) weight /= total;
  std::vector<double> values(seen.size());
  for (std::size_t d = 0; d < space.size(); ++d) {
    for (std::size_t i = 0; i < seen.size(); ++i) values[i] = (*seen[i])[d];
    if (const auto* choice = std::get_if<Choice>(&space[d].range)) {
      dimensions_.emplace_back(ChoiceKernels(*choice, values));
    } else if (const auto* integer = std::get_if<Integer>(&space[d].range)) {
      dimensions_.emplace_back(NumberKernels(*integer, values));
    } else {
      dimensions_.emplace_back(NumberKernels(std::get<Real>(space[d].range), values));
    }
  }
}

Point ParzenMixture::sample(base::RandomStream& chance) const {
  const std::size_t kernel = pick(weights_, chance);
  Point out;
  out.reserve(dimensions_.size());
  for (const auto& dimension : dimensions_)
    out.push_back(std::visit([&](const auto& kernels) { return kernels.sample(kernel, chance); }, dimension));
  return out;
}

double ParzenMixture::log_density(const Point& point) const {
  std::vector<double> by_kernel(weights_.size());
  std::transform(weights_.begin(), weights_.end(), by_kernel.begin(), [](double w) { return std::log(w); });
  for (std::size_t d = 0; d < dimensions_.size(); ++d)
    std::visit([&](const auto& kernels) { kernels.add_log_density(point[d], by_kernel); }, dimensions_[d]);
  return log_sum_exp(by_kernel);
}

}  // namespace proffer::tuning
