#include "boosting/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"

namespace proffer::boosting {
namespace {

constexpr double default_subsample = 0.8;
constexpr std::size_t rows_for_subsample = 100;  // with fewer, all are taken, as CatBoost does

double subsample_of(const Parameters& parameters, std::size_t rows) {
  return parameters.subsample.value_or(rows < rows_for_subsample ? 1 : default_subsample);
}

void draw_mvs(std::span<const double> gradients, double lambda, double subsample, base::RandomStream& chance,
              std::span<double> out) {
  std::vector<double> sizes;
  sizes.reserve(gradients.size());
  for (const double g : gradients) sizes.push_back(std::sqrt(g * g + lambda));
  const double threshold = mvs_threshold(sizes, subsample * static_cast<double>(sizes.size()));
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const double p = sizes[i] >= threshold ? 1 : sizes[i] / threshold;
    out[i] = chance.uniform() < p ? 1 / p : 0;
  }
}

}  // namespace

double mean_size(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += std::abs(v);
  return sum / static_cast<double>(values.size());
}

// Rows above the threshold count 1 each, so they leave both sides of the equation; each round finds more of them.
double mvs_threshold(std::span<const double> sizes, double rows) {
  double threshold = std::accumulate(sizes.begin(), sizes.end(), 0.0) / rows;
  for (std::size_t large = 0;;) {
    std::size_t now = 0;
    double cut = 0;  // of all sizes, those above the threshold counted as the threshold: a sum without a branch
    for (const double s : sizes) {
      now += s > threshold;
      cut += std::min(s, threshold);
    }
    if (now <= large || static_cast<double>(now) >= rows) return threshold;
    large = now;
    threshold = (cut - static_cast<double>(now) * threshold) / (rows - static_cast<double>(now));
  }
}

std::vector<double> sample_weights(const Parameters& parameters, std::span<const double> gradients, double mean_leaf,
                                   std::uint32_t tree, Parallel& parallel) {
  std::vector<double> out(gradients.size(), 1.0);
  const double subsample = subsample_of(parameters, gradients.size());
  const bool is_whole =
      parameters.bootstrap == Bootstrap::none || (parameters.bootstrap != Bootstrap::bayesian && subsample >= 1);
  if (is_whole) return out;
  const double size = tree == 0 ? mean_size(gradients) : mean_leaf;
  parallel.for_each(blocks_of(out.size()), [&](std::size_t b) {
    const auto [begin, end] = block_at(b, out.size());
    base::RandomStream chance(parameters.seed, base::mix64(tree) + b);
    const std::span<double> block(out.data() + begin, end - begin);
    if (parameters.bootstrap == Bootstrap::mvs)
      return draw_mvs(gradients.subspan(begin, end - begin), size * size, subsample, chance, block);
    for (double& weight : block) {
      weight = parameters.bootstrap == Bootstrap::bayesian
                   ? std::pow(-std::log(chance.uniform()), parameters.bagging_temperature)
                   : static_cast<double>(chance.uniform() < subsample);
    }
  });
  return out;
}

}  // namespace proffer::boosting
