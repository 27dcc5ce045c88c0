#include "bandit/vector_kernels.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "bandit/aligned.h"
#include "bandit/gauss_legendre.h"
#include "base/random.h"

namespace proffer::bandit {
namespace {

constexpr std::size_t size = 64;

AlignedDoubles uniform(std::uint64_t seed, std::size_t count = size) {
  base::RandomStream random(seed, 1);
  AlignedDoubles values(count);
  for (double& value : values) value = random.uniform();
  return values;
}

// Both sets, so that the one which this machine does not choose is tested too.
class VectorKernelsTest : public testing::TestWithParam<const VectorKernels*> {
 protected:
  const VectorKernels& kernels_ = *GetParam();
};

INSTANTIATE_TEST_SUITE_P(Sets, VectorKernelsTest, testing::Values(&vector_kernels(), &portable_kernels()));

TEST_P(VectorKernelsTest, DensityIsTheExponentialToTheLastBits) {
  AlignedDoubles x(size);
  const AlignedDoubles zero(size, 0.0);
  AlignedDoubles out(size);
  for (double start = -690; start < 690; start += 7.3) {
    for (std::size_t t = 0; t < size; ++t) x[t] = start + 0.137 * static_cast<double>(t);
    kernels_.density(x.data(), zero.data(), 1, 1, 0, out.data(), size);
    for (std::size_t t = 0; t < size; ++t) EXPECT_NEAR(out[t] / std::exp(x[t]), 1, 5e-16) << x[t];
  }
}

TEST_P(VectorKernelsTest, DensityFarBelowIsNothing) {
  const AlignedDoubles x(size, -1e6);
  const AlignedDoubles zero(size, 0.0);
  AlignedDoubles out(size, 1.0);
  kernels_.density(x.data(), zero.data(), 5, 1, 0, out.data(), size);
  EXPECT_LT(out[3], 1e-300);
  EXPECT_GE(out[3], 0);
}

// x^15 over [-1, 1] and [1, 3] is integrated exactly from every node.
TEST_P(VectorKernelsTest, IntegratesPolynomialsFromEachNodeUpward) {
  const GaussLegendre& rule = gauss_legendre();
  AlignedDoubles f(32);
  AlignedDoubles x(32);
  for (std::size_t t = 0; t < 32; ++t) {
    x[t] = rule.node[t % 16] + (t < 16 ? 0 : 2);
    f[t] = std::pow(x[t] / 3, 15);
  }
  const AlignedDoubles half{1, 1};
  AlignedDoubles tail(32);
  const double all = kernels_.integrate(f.data(), half.data(), tail.data(), 2);
  const auto from = [](double u) { return 3 * (1 - std::pow(u / 3, 16)) / 16; };
  EXPECT_NEAR(all, from(-1), 1e-14);
  for (std::size_t t = 0; t < 32; ++t) EXPECT_NEAR(tail[t], from(x[t]), 1e-14) << t;
}

// Against all subsets of five events.
TEST_P(VectorKernelsTest, CountsIndependentEvents) {
  std::vector<AlignedDoubles> p;
  for (std::uint64_t event = 0; event < 5; ++event) p.push_back(uniform(event));
  for (std::size_t places = 1; places <= 6; ++places) {
    AlignedDoubles counts(places * size, 0.0);
    std::fill_n(counts.begin(), size, 1.0);
    for (const auto& event : p) kernels_.count(event.data(), counts.data(), size, places, size);
    for (std::size_t t = 0; t < size; t += 13) {
      std::vector<double> expected(6);
      for (unsigned subset = 0; subset < 32; ++subset) {
        double chance = 1;
        for (unsigned event = 0; event < 5; ++event) chance *= (subset >> event) & 1 ? p[event][t] : 1 - p[event][t];
        expected[static_cast<std::size_t>(std::popcount(subset))] += chance;
      }
      for (std::size_t j = 0; j < places; ++j) EXPECT_NEAR(counts[j * size + t], expected[j], 1e-15);
    }
  }
}

TEST_P(VectorKernelsTest, CopiesCountAsThatManyEvents) {
  const AlignedDoubles first = uniform(1);
  AlignedDoubles p = uniform(2);
  p[0] = 0;
  p[1] = 1;
  for (const std::size_t places : {1, 2, 5, 32}) {
    for (const std::uint64_t copies : {1, 3, 40}) {
      AlignedDoubles one(places * size, 0.0);
      std::fill_n(one.begin(), size, 1.0);
      kernels_.count(first.data(), one.data(), size, places, size);
      AlignedDoubles together = one;
      for (std::uint64_t i = 0; i < copies; ++i) kernels_.count(p.data(), one.data(), size, places, size);
      kernels_.count_copies(p.data(), copies, together.data(), size, places, size);
      for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(together[i], one[i], 1e-14) << places << " " << copies;
    }
  }
}

// Event i happens with p[i] in the first panels and not at all in the others.
TEST_P(VectorKernelsTest, ManyEventsCountAsOneAfterTheOther) {
  std::vector<AlignedDoubles> p;
  std::vector<const double*> tails;
  for (std::uint64_t event = 0; event < 7; ++event) p.push_back(uniform(event));
  for (const auto& event : p) tails.push_back(event.data());
  const std::vector<std::uint32_t> reach{7, 7, 3, 0};
  for (std::size_t places = 1; places <= most_places_of_many; ++places) {
    AlignedDoubles one(places * size, 0.0);
    std::fill_n(one.begin(), size, 1.0);
    AlignedDoubles together = one;
    for (std::size_t event = 0; event < 7; ++event) {
      kernels_.count(tails[event], one.data(), size, places, event < 3 ? 48 : 32);
    }
    kernels_.count_many(tails.data(), reach.data(), together.data(), size, places, 4);
    for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(together[i], one[i], 1e-15) << places << " " << i;
  }
}

TEST_P(VectorKernelsTest, RoughIntegrandsAreSeen) {
  const GaussLegendre& rule = gauss_legendre();
  const AlignedDoubles scale(4, 1.0);
  const AlignedDoubles ones(size, 1.0);
  AlignedDoubles smooth(size);
  AlignedDoubles step(size);
  for (std::size_t t = 0; t < size; ++t) {
    smooth[t] = std::exp(rule.node[t % 16]);
    step[t] = rule.node[t % 16] > 0.2 ? 1 : 0;
  }
  const Integral even = kernels_.integral(scale.data(), smooth.data(), ones.data(), 4);
  EXPECT_NEAR(even.value, 4 * (std::exp(1) - std::exp(-1)), 1e-13);
  EXPECT_LT(even.roughness, 1e-12);
  EXPECT_GT(kernels_.integral(scale.data(), step.data(), ones.data(), 4).roughness, 1e-2);
}

TEST_P(VectorKernelsTest, SumsPlaces) {
  const AlignedDoubles counts = uniform(3, 3 * size);
  AlignedDoubles sums(size);
  kernels_.sum_places(counts.data(), size, 3, sums.data(), size);
  EXPECT_DOUBLE_EQ(sums[5], counts[5] + counts[size + 5] + counts[2 * size + 5]);
}

}  // namespace
}  // namespace proffer::bandit
