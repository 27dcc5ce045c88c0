#include "boosting/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/random.h"

namespace proffer::boosting {
namespace {

// Sizes 1, 1, 2, 6 and 2 rows wanted: 6 is above, so (1 + 1 + 2) / t + 1 = 2 and t = 4.
TEST(MvsThreshold, MakesTheProbabilitiesAddUp) {
  EXPECT_DOUBLE_EQ(mvs_threshold(std::vector<double>{1, 1, 2, 6}, 2), 4);
  EXPECT_DOUBLE_EQ(mvs_threshold(std::vector<double>{1, 1, 1, 1}, 2), 2);
}

TEST(MvsThreshold, SolvesItsEquationForSizesAtRandom) {
  base::RandomStream chance(2, 2);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> sizes;
    for (int i = 0; i < 300; ++i) sizes.push_back(std::pow(chance.uniform(), 5));
    const double wanted = 1 + 298 * chance.uniform(), t = mvs_threshold(sizes, wanted);
    double sum = 0;
    for (const double s : sizes) sum += std::min(1.0, s / t);
    EXPECT_NEAR(sum, wanted, 1e-9);
  }
}

std::vector<double> weights_of(Bootstrap bootstrap, double subsample, std::uint32_t tree, unsigned threads = 1) {
  Parameters parameters;
  parameters.bootstrap = bootstrap;
  parameters.subsample = subsample;
  std::vector<double> gradients(40'000);
  base::RandomStream chance(3, 3);
  for (double& g : gradients) g = chance.uniform() - 0.3;
  Parallel parallel(threads);
  return sample_weights(parameters, gradients, 0.1, tree, parallel);
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Means of 40,000 rows: standard errors are below 0.006 in all three, so a gap of 0.03 happens by chance in under one
// of a million seeds.
TEST(SampleWeights, KeepTheMean) {
  EXPECT_NEAR(mean(weights_of(Bootstrap::mvs, 0.5, 1)), 1, 0.03);
  EXPECT_NEAR(mean(weights_of(Bootstrap::bernoulli, 0.5, 1)), 0.5, 0.03);
  EXPECT_NEAR(mean(weights_of(Bootstrap::bayesian, 1, 1)), 1, 0.03);
  EXPECT_EQ(mean(weights_of(Bootstrap::none, 1, 1)), 1);
}

TEST(SampleWeights, TakeAboutAsManyRowsAsAsked) {
  const auto weights = weights_of(Bootstrap::mvs, 0.5, 1);
  const auto taken = std::count_if(weights.begin(), weights.end(), [](double w) { return w > 0; });
  EXPECT_NEAR(static_cast<double>(taken) / 40'000, 0.5, 0.015);
}

TEST(SampleWeights, DifferByTreeAndNotByThreads) {
  EXPECT_NE(weights_of(Bootstrap::mvs, 0.5, 1), weights_of(Bootstrap::mvs, 0.5, 2));
  EXPECT_EQ(weights_of(Bootstrap::mvs, 0.5, 1), weights_of(Bootstrap::mvs, 0.5, 1, 3));
}

}  // namespace
}  // namespace proffer::boosting
