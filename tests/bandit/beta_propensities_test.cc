#include "bandit/beta_propensities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/quadrature/tanh_sinh.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <numeric>

#include "bandit/arms.h"
#include "bandit/beta_sampler.h"
#include "bandit/beta_score_laws.h"

namespace proffer::bandit {
namespace {

using Method = decision::PropensityMethod;

Propensities exact(const TestCandidates& candidates, const std::vector<std::uint32_t>& shown) {
  PropensityTables tables;
  const auto found = integrate_propensities(candidates.view(), shown, tables);
  EXPECT_TRUE(found.has_value());
  return found.value_or(
      Propensities{std::vector<double>(shown.size(), NAN), std::vector<double>(shown.size(), NAN), Method::none, 0});
}

std::vector<TestArm> random_arms(Family family, std::size_t count, std::uint64_t seed) {
  base::RandomStream random(seed, static_cast<std::uint64_t>(family));
  std::vector<TestArm> arms;
  for (std::size_t i = 0; i < count; ++i) arms.push_back(random_arm(family, random));
  return arms;
}

// Sums over all candidates of the chance of each place, each from a slate of its own.
std::vector<double> place_sums(const TestCandidates& candidates, std::size_t places) {
  std::vector<double> sums(places);
  PropensityTables tables;
  for (std::size_t place = 0; place < places; ++place) {
    for (std::uint32_t i = 0; i < candidates.size(); ++i) {
      const auto found = integrate_propensities(candidates.view(), slate_with(i, place, places), tables);
      sums[place] += found ? found->slot[place] : NAN;
    }
  }
  return sums;
}

TEST(BetaPropensities, TwoEqualArmsShareEvenly) {
  const TestCandidates candidates(std::vector<TestArm>{{1, 1}, {1, 1}});
  EXPECT_NEAR(exact(candidates, {0}).slot[0], 0.5, 1e-9);
  const auto both = exact(candidates, {1, 0});
  EXPECT_NEAR(both.slot[0], 0.5, 1e-9);
  EXPECT_NEAR(both.slot[1], 0.5, 1e-9);
  EXPECT_NEAR(both.slate[0], 1, 1e-9);
}

// P(Beta(2,1) > Beta(1,1)) = integral of 2 t * t = 2/3.
TEST(BetaPropensities, BetaTwoOneBeatsUniformTwiceInThree) {
  const TestCandidates candidates(std::vector<TestArm>{{2, 1}, {1, 1}});
  EXPECT_NEAR(exact(candidates, {0}).slot[0], 2.0 / 3, 1e-9);
  EXPECT_NEAR(exact(candidates, {1}).slot[0], 1.0 / 3, 1e-9);
}

// Densities 3t^2, 2t, 1. First of three: 3t^2 t^2 t = 3/6; second: 3t^2 (t^2 (1-t) + (1-t^2) t) = 3 (1/20 + 1/12 -
// ...).
TEST(BetaPropensities, ThreeSlotsByHand) {
  const TestCandidates candidates(std::vector<TestArm>{{3, 1}, {2, 1}, {1, 1}});
  const auto slate = exact(candidates, {0, 1, 2});
  // 3 t^2 t^2 t; then 2 t (t (1 - t^3) + (1 - t) t^3) = 2 (t^2 + t^4 - 2 t^5); then (1 - t^3) (1 - t^2).
  EXPECT_NEAR(slate.slot[0], 0.5, 1e-9);
  EXPECT_NEAR(slate.slot[1], 2 * (1.0 / 3 + 1.0 / 5 - 2.0 / 6), 1e-9);
  EXPECT_NEAR(slate.slot[2], 1 - 1.0 / 4 - 1.0 / 3 + 1.0 / 6, 1e-9);
  for (const double slate_chance : slate.slate) EXPECT_EQ(slate_chance, 1);
}

TEST(BetaPropensities, AgreeWithAdaptiveQuadratureOfIncompleteBetas) {
  for (const Family family : {Family::young, Family::mature, Family::processed, Family::mixed, Family::extreme}) {
    const auto arms = random_arms(family, 6, 11);
    const TestCandidates candidates(arms);
    for (std::uint32_t i = 0; i < 6; ++i) {
      // P(first) = integral over t of the density of i times the product of the others' distributions.
      const auto integrand = [&](double t) {
        double p = boost::math::ibeta_derivative(arms[i].alpha, arms[i].beta, t);
        for (std::uint32_t j = 0; j < 6; ++j) {
          if (j != i) p *= boost::math::ibeta(arms[j].alpha, arms[j].beta, t);
        }
        return p;
      };
      boost::math::quadrature::tanh_sinh<double> rule(12);
      double reference = 0;  // in pieces, since sharp laws are missed otherwise
      const double mean = arms[i].alpha / (arms[i].alpha + arms[i].beta);
      const double sd = std::sqrt(mean * (1 - mean) / (arms[i].alpha + arms[i].beta + 1));
      std::vector<double> edges{0};
      for (int s = -8; s <= 12; ++s) edges.push_back(std::clamp(mean + s * sd, edges.back(), 1.0));
      edges.push_back(1);
      for (std::size_t e = 1; e < edges.size(); ++e) {
        if (edges[e] > edges[e - 1]) reference += rule.integrate(integrand, edges[e - 1], edges[e]);
      }
      EXPECT_NEAR(exact(candidates, {i}).slot[0], std::max(reference, 1e-12), 2e-8)
          << static_cast<int>(family) << " " << i;
    }
  }
}

TEST(BetaPropensities, PlacesSumToOneForRandomFamilies) {
  for (int f = 0; f < static_cast<int>(Family::count); ++f) {
    for (std::uint64_t seed = 1; seed <= 16; ++seed) {
      base::RandomStream random(seed, static_cast<std::uint64_t>(f) + 100);
      const std::size_t count = 2 + random.below(seed % 4 == 0 ? 200 : 20);
      const TestCandidates candidates(random_arms(static_cast<Family>(f), count, seed));
      for (const double sum : place_sums(candidates, std::min<std::size_t>(1 + random.below(5), count))) {
        EXPECT_NEAR(sum, 1, 1e-6) << "family " << f << " seed " << seed << " arms " << count;
      }
    }
  }
}

// Equal arms are the hardest: their errors add up, and the chance of a place changes quickly along the score.
TEST(BetaPropensities, EqualArmsShareEachPlaceEvenlyWhateverTheirShapes) {
  PropensityTables tables;
  for (const std::size_t count : {2, 10, 100, 700}) {
    for (const double beta : {0.3, 1.0, 20.0, 300.0, 1e5}) {
      for (double alpha = 0.1; alpha < 3e4; alpha *= 1.7) {
        const TestCandidates candidates(std::vector<TestArm>(count, {alpha, beta}));
        const std::size_t places = std::min<std::size_t>(count, 4);
        const auto found = integrate_propensities(candidates.view(), slate_with(1, 0, places), tables);
        ASSERT_TRUE(found) << count << " " << alpha << " " << beta;
        for (std::size_t place = 0; place < places; ++place) {
          EXPECT_NEAR(found->slot[place] * static_cast<double>(count), 1, 1e-6) << count << " " << alpha << " " << beta;
        }
      }
    }
  }
}

// A million exposures beside a new arm: nearly all of the new arm's mass lies above.
TEST(BetaPropensities, SharpArmBesideANewOne) {
  const TestCandidates candidates(std::vector<TestArm>{{10'001, 990'001}, {1, 1}});
  // P(uniform < Beta(a, b)) is the mean of the Beta.
  EXPECT_NEAR(exact(candidates, {0}).slot[0], 10'001.0 / 1'000'002, 1e-8);
  EXPECT_NEAR(exact(candidates, {1}).slot[0], 1 - 10'001.0 / 1'000'002, 1e-8);
}

// P(Beta(a, 1) > Beta(b, 1)) = a / (a + b) for all shapes.
TEST(BetaPropensities, ShapesBelowOne) {
  for (const auto& [a, b] : {std::pair{1e-3, 1e-3}, {1e-3, 1.0}, {0.02, 0.5}, {0.3, 7.0}}) {
    const TestCandidates candidates(std::vector<TestArm>{{a, 1}, {b, 1}});
    EXPECT_NEAR(exact(candidates, {0}).slot[0], a / (a + b), 1e-8);
    const TestCandidates mirrored(std::vector<TestArm>{{1, a}, {1, b}});
    EXPECT_NEAR(exact(mirrored, {0}).slot[0], b / (a + b), 1e-8);
  }
}

// Among candidates (A or B) and C, the chances are the means over A and B.
TEST(BetaPropensities, SeveralArmsMixUniformly) {
  const TestArm a{3, 50};
  const TestArm b{10, 20};
  const TestArm c{4, 30};
  const TestArm d{1, 1};
  const TestCandidates mixture(std::vector<std::vector<TestArm>>{{a, b}, {c}, {d}});
  const TestCandidates with_a(std::vector<TestArm>{a, c, d});
  const TestCandidates with_b(std::vector<TestArm>{b, c, d});
  for (std::uint32_t first = 0; first < 3; ++first) {
    const std::vector<std::uint32_t> shown{first, (first + 1) % 3};
    const auto found = exact(mixture, shown);
    const auto one = exact(with_a, shown);
    const auto two = exact(with_b, shown);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_NEAR(found.slot[i], (one.slot[i] + two.slot[i]) / 2, 1e-9);
      EXPECT_NEAR(found.slate[i], (one.slate[i] + two.slate[i]) / 2, 1e-9);
    }
  }
}

// Against conditional Monte Carlo, whose own error is measured from 20 batches: five standard errors of a batch mean, a
// chance below 1e-4 a comparison with 19 degrees of freedom, and 36 comparisons.
TEST(BetaPropensities, CountedDrawsAgreeWithQuadrature) {
  for (const Family family :
       {Family::young, Family::mature, Family::mixed, Family::extreme, Family::tiny_shapes, Family::equal}) {
    const TestCandidates candidates(random_arms(family, 12, 21));
    const Candidates view = candidates.view();
    const std::vector<std::uint32_t> shown{3, 0, 7};
    const auto integrated = exact(candidates, shown);
    constexpr int batches = 20;
    for (std::size_t place = 0; place < shown.size(); ++place) {
      double sums[2] = {};
      double squares[2] = {};
      for (std::uint64_t batch = 1; batch <= batches; ++batch) {
        const auto counted = count_propensities(BetaScoreLaws(view, shown), shown, batch, 100);
        for (const auto& [k, value] : {std::pair{0, counted.slot[place]}, {1, counted.slate[place]}}) {
          sums[k] += value / batches;
          squares[k] += value * value / batches;
        }
      }
      const double expected[2] = {integrated.slot[place], integrated.slate[place]};
      for (int k = 0; k < 2; ++k) {
        const double error = std::sqrt(std::max(0.0, squares[k] - sums[k] * sums[k]) / (batches - 1));
        EXPECT_NEAR(sums[k], expected[k], 5 * error + 1e-8) << static_cast<int>(family) << " place " << place;
      }
    }
  }
}

TEST(BetaPropensities, CacheNeverChangesAResult) {
  PropensityTables warm;
  base::RandomStream random(31, 1);
  for (int round = 0; round < 300; ++round) {
    const auto arms = random_arms(static_cast<Family>(random.below(7)), 3 + random.below(30), random.below(5));
    const TestCandidates candidates(arms);
    const std::vector<std::uint32_t> shown{1, 2};
    PropensityTables fresh;
    const auto a = beta_propensities(candidates.view(), shown, 1, warm);
    const auto b = beta_propensities(candidates.view(), shown, 1, fresh);
    EXPECT_EQ(a.slot, b.slot);
    EXPECT_EQ(a.slate, b.slate);
  }
}

TEST(BetaPropensities, CacheStaysWithinItsBudget) {
  PropensityTables tables;
  std::size_t most = 0;
  for (int round = 0; round < 400; ++round) {
    const TestCandidates candidates(random_arms(Family::mature, 100, static_cast<std::uint64_t>(round)));
    beta_propensities(candidates.view(), std::vector<std::uint32_t>{0, 1, 2}, 1, tables);
    most = std::max(most, tables.memory_bytes());
  }
  EXPECT_LT(most, 10u << 20);
}

TEST(BetaPropensities, TooManyArmsAreCountedAndSaySo) {
  const TestCandidates candidates(random_arms(Family::young, 20, 1));
  std::vector<TestArm> many;
  for (int i = 0; i < 3000; ++i) many.push_back({1.0 + i % 60, 100.0 + i});
  const TestCandidates large(many);
  PropensityTables tables;
  const auto counted = beta_propensities(large.view(), std::vector<std::uint32_t>{59, 119}, 1, tables);
  EXPECT_EQ(counted.method, Method::draws);
  EXPECT_EQ(counted.draws, draws_for(3000));
  EXPECT_GE(counted.slot[0], 1e-12);
  const auto integrated = beta_propensities(candidates.view(), std::vector<std::uint32_t>{0, 1}, 1, tables);
  EXPECT_EQ(integrated.method, Method::quadrature);
  EXPECT_EQ(integrated.draws, 0u);
}

TEST(BetaPropensities, ManyEqualArmsAreStillExact) {
  const TestCandidates candidates(std::vector<TestArm>(10'000, {1, 1}));
  PropensityTables tables;
  const auto found = beta_propensities(candidates.view(), std::vector<std::uint32_t>{5, 9'000, 77}, 1, tables);
  EXPECT_EQ(found.method, Method::quadrature);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(found.slot[i] * 10'000, 1, 1e-5);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(found.slate[i] * 10'000, 3, 3e-5);
}

TEST(BetaPropensities, ALoneCandidateIsCertain) {
  const TestCandidates candidates(std::vector<TestArm>{{3, 4}});
  PropensityTables tables;
  const auto found = beta_propensities(candidates.view(), std::vector<std::uint32_t>{0}, 1, tables);
  EXPECT_EQ(found.method, Method::closed_form);
  EXPECT_EQ(found.slot[0], 1);
}

}  // namespace
}  // namespace proffer::bandit
