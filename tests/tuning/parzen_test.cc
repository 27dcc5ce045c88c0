#include "tuning/parzen.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace proffer::tuning {
namespace {

const Space every_kind{{"x", Real{-1, 3}},
                       {"r", Real{0.01, 1, true}},
                       {"d", Integer{1, 9}},
                       {"t", Integer{1, 200, true}},
                       {"c", Choice{3}}};

std::vector<Point> points(int n) {
  std::vector<Point> out;
  for (int k = 0; k < n; ++k) {
    out.push_back({-1 + 4 * (k * 37 % 101 / 101.0), 0.01 * std::pow(100, k * 53 % 97 / 97.0), 1.0 + k * 5 % 9,
                   1.0 + k * 67 % 200, static_cast<double>(k * 2 % 3)});
  }
  return out;
}

ParzenMixture mixture_of(const Space& space, const std::vector<Point>& seen) {
  std::vector<const Point*> pointers;
  for (const auto& point : seen) pointers.push_back(&point);
  return {space, pointers};
}

// What Optuna 5.0.0 says: _ParzenEstimator(...).log_pdf of the same points with the weights of default_weights.
TEST(ParzenMixture, HasTheDensityOfOptuna) {
  const std::vector<Point> asked{{0.3, 0.05, 4, 17, 1}, {-1, 1, 9, 200, 2}, {2.5, 0.011, 1, 1, 0}};
  const std::map<int, std::vector<double>> expected{
      {0, {-10.706295461917074, -13.608437195821603, -8.111004454024082}},
      {1, {-10.870812193022548, -14.000958931605268, -7.489083234579636}},
      {2, {-10.793502836055211, -13.571620641643188, -8.529896233339931}},
      {7, {-11.414230997161651, -15.48729915797975, -10.188453649799973}},
      {30, {-13.997175035660552, -16.961260993009063, -11.46382825140202}},
  };
  for (const auto& [n, values] : expected) {
    const auto mixture = mixture_of(every_kind, points(n));
    for (std::size_t i = 0; i < asked.size(); ++i)
      EXPECT_NEAR(mixture.log_density(asked[i]), values[i], 1e-9) << n << " points, asked " << i;
  }
}

// One number on [0, 1] seen at 0.25: a kernel there of the larger gap 0.75, and the prior at 0.5 of deviation 1, each
// cut to the range. At 0.5: half of each normal's height over its mass within.
TEST(ParzenMixture, IsAMixtureOfCutNormals) {
  const auto mixture = mixture_of({{"x", Real{0, 1}}}, {{0.25}});
  const auto cdf = [](double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); };
  const auto height = [](double z) { return std::exp(-z * z / 2) / std::sqrt(2 * M_PI); };
  const double kernel = height(0.25 / 0.75) / 0.75 / (cdf(1) - cdf(-0.25 / 0.75));
  const double prior = height(0) / (cdf(0.5) - cdf(-0.5));
  EXPECT_NEAR(mixture.log_density({0.5}), std::log((kernel + prior) / 2), 1e-12);
}

// Shares add up to 1 over all options: (1 + 1/2) / 2.5 of the seen one and 0.5 / 2.5 of the other two, with the prior's
// thirds.
TEST(ParzenMixture, GivesEachOptionAShare) {
  const auto mixture = mixture_of({{"c", Choice{3}}}, {{1}});
  EXPECT_NEAR(mixture.log_density({1}), std::log((0.6 + 1.0 / 3) / 2), 1e-12);
  EXPECT_NEAR(mixture.log_density({0}), std::log((0.2 + 1.0 / 3) / 2), 1e-12);
}

// Draws follow the density: chi-square over 9 whole numbers, 20,000 draws; 8 degrees of freedom, false alarm 1e-6.
TEST(ParzenMixture, DrawsWholeNumbersByTheirDensity) {
  const Space space{{"d", Integer{1, 9}}};
  const auto mixture = mixture_of(space, {{2}, {3}, {8}});
  base::RandomStream chance(7, 1);
  constexpr int draws = 20'000;
  std::map<int, int> counts;
  for (int i = 0; i < draws; ++i) ++counts[static_cast<int>(mixture.sample(chance)[0])];
  double chi = 0, total = 0;
  for (int value = 1; value <= 9; ++value) {
    const double share = std::exp(mixture.log_density({static_cast<double>(value)}));
    total += share;
    chi += std::pow(counts[value] - draws * share, 2) / (draws * share);
  }
  EXPECT_NEAR(total, 1, 1e-12);
  EXPECT_LT(chi, 42.7);
}

// The same by Kolmogorov and Smirnov for a number on a log scale, 20,000 draws against the density summed up on a fine
// grid; false alarm 1e-6 (2.69 / sqrt n).
TEST(ParzenMixture, DrawsNumbersByTheirDensity) {
  const auto mixture = mixture_of({{"r", Real{0.01, 1, true}}}, {{0.02}, {0.03}, {0.7}});
  base::RandomStream chance(7, 2);
  std::vector<double> drawn;
  for (int i = 0; i < 20'000; ++i) drawn.push_back(std::log(mixture.sample(chance)[0]));
  std::sort(drawn.begin(), drawn.end());
  constexpr int cells = 20'000;
  const double low = std::log(0.01), width = -low / cells;
  double below = 0, furthest = 0;
  for (int i = 0; i < cells; ++i) {
    below += std::exp(mixture.log_density({std::exp(low + (i + 0.5) * width)})) * width;
    const auto rank = std::upper_bound(drawn.begin(), drawn.end(), low + (i + 1) * width) - drawn.begin();
    furthest = std::max(furthest, std::abs(below - static_cast<double>(rank) / static_cast<double>(drawn.size())));
  }
  EXPECT_NEAR(below, 1, 1e-6);
  EXPECT_LT(furthest, 2.69 / std::sqrt(20'000.0));
}

}  // namespace
}  // namespace proffer::tuning
