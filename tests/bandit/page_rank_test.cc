#include "bandit/page_rank.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/random.h"

namespace proffer::bandit {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

TEST(PageRank, OneStepWorkedByHand) {
  // From 1/3 each: 0 gives half to 1 and half to 2, 1 all to 2, 2 all to 0.
  const std::vector<RankEdge> edges{{0, 1, 3}, {0, 2, 3}, {1, 2, 0.1}, {2, 0, 7}};
  const std::vector<double> equal(3, 1.0 / 3);
  EXPECT_THAT(page_rank(edges, equal, 1, 1),
              ElementsAre(DoubleNear(1.0 / 3, 1e-15), DoubleNear(1.0 / 6, 1e-15), DoubleNear(1.0 / 2, 1e-15)));
  // At rest: r0 = r2, r1 = r0 / 2.
  EXPECT_THAT(page_rank(edges, equal, 1, 1'000),
              ElementsAre(DoubleNear(0.4, 1e-12), DoubleNear(0.2, 1e-12), DoubleNear(0.4, 1e-12)));
}

TEST(PageRank, ANodeWithoutEdgesHandsItsRankOnByPersonalisation) {
  const std::vector<RankEdge> edges{{0, 1, 1}};
  // From 1/2 each: 0 gives its half to 1; 1 gives 0.9 of its half to 0 and 0.1 to itself.
  EXPECT_THAT(page_rank(edges, std::vector<double>{0.9, 0.1}, 1, 1),
              ElementsAre(DoubleNear(0.45, 1e-15), DoubleNear(0.55, 1e-15)));
}

TEST(PageRank, WithoutEdgesIsThePersonalisation) {
  EXPECT_THAT(page_rank({}, std::vector<double>{0.75, 0.25}, 0.5, 100), ElementsAre(0.75, 0.25));
}

// Against the linear system (1 - alpha P') r = (1 - alpha) pers, solved by Gauss and Jordan.
TEST(PageRank, IsTheSolutionOfItsEquations) {
  base::RandomStream random(4, 1);
  for (int round = 0; round < 50; ++round) {
    const std::size_t n = 2 + random.below(8);
    const double alpha = 0.1 + 0.85 * random.uniform();
    std::vector<std::vector<double>> weight(n, std::vector<double>(n, 0.0));
    std::vector<RankEdge> edges;
    for (std::uint32_t i = 0; i < n; ++i) {
      for (std::uint32_t j = 0; j < n; ++j) {
        if (i == j || random.below(3) == 0) continue;
        weight[i][j] = random.uniform();
        edges.push_back({i, j, weight[i][j]});
      }
    }
    std::vector<double> pers(n);
    for (double& p : pers) p = random.uniform();
    const double sum = std::accumulate(pers.begin(), pers.end(), 0.0);
    for (double& p : pers) p /= sum;

    std::vector<std::vector<double>> a(n, std::vector<double>(n + 1, 0.0));
    for (std::size_t i = 0; i < n; ++i) {
      const double out = std::accumulate(weight[i].begin(), weight[i].end(), 0.0);
      for (std::size_t j = 0; j < n; ++j) a[j][i] -= alpha * (out > 0 ? weight[i][j] / out : pers[j]);
      a[i][i] += 1;
      a[i][n] = (1 - alpha) * pers[i];
    }
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        if (i == j) continue;
        const double factor = a[j][i] / a[i][i];
        for (std::size_t k = 0; k <= n; ++k) a[j][k] -= factor * a[i][k];
      }
    }
    const auto ranks = page_rank(edges, pers, alpha, 10'000);
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(ranks[i], a[i][n] / a[i][i], 1e-10) << round;
    EXPECT_NEAR(std::accumulate(ranks.begin(), ranks.end(), 0.0), 1, 1e-12);
  }
}

}  // namespace
}  // namespace proffer::bandit
