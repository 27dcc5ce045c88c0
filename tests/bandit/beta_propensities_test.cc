#include "bandit/beta_propensities.h"

#include <gtest/gtest.h>

#include <boost/math/quadrature/tanh_sinh.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <numeric>

#include "bandit/arms.h"
#include "bandit/beta_sampler.h"
#include "bandit/beta_score_laws.h"

namespace proffer::bandit {
namespace {

// chance[place][candidate], each from a slate of its own.
std::vector<std::vector<double>> slot_matrix(const TestCandidates& candidates, std::size_t places, PropensityTables& tables) {
  std::vector<std::vector<double>> chance(places, std::vector<double>(candidates.size()));
  for (std::size_t place = 0; place < places; ++place) {
    for (std::uint32_t i = 0; i < candidates.size(); ++i) {
      const auto found = integrate_propensities(candidates.view(), slate_with(i, place, places), tables);
      chance[place][i] = found ? found->slot[place] : NAN;
    }
  }
  return chance;
}

TEST(BetaPropensities, PlacesSumToOneForRandomFamilies) {
  double worst[static_cast<int>(Family::count)] = {};
  for (int f = 0; f < static_cast<int>(Family::count); ++f) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      base::RandomStream random(seed, static_cast<std::uint64_t>(f));
      const std::size_t count = 2 + random.below(seed % 4 == 0 ? 200 : 20);
      std::vector<TestArm> arms;
      for (std::size_t i = 0; i < count; ++i) arms.push_back(random_arm(static_cast<Family>(f), random));
      const TestCandidates candidates(arms);
      PropensityTables tables;
      const auto matrix = slot_matrix(candidates, std::min<std::size_t>(1 + random.below(4), count), tables);
      for (const auto& place : matrix) {
        const double sum = std::accumulate(place.begin(), place.end(), 0.0);
        EXPECT_NEAR(sum, 1, 1e-6) << "family " << f << " seed " << seed << " arms " << count;
        worst[f] = std::max(worst[f], std::abs(sum - 1));
      }
    }
    std::printf("family %d worst %.3g\n", f, worst[f]);
  }
}

}  // namespace
}  // namespace proffer::bandit
