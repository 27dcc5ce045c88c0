#include "bandit/mixture_propensities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/quadrature/tanh_sinh.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <numeric>

#include "bandit/arms.h"
#include "bandit/beta_propensities.h"
#include "bandit/mixture_integration.h"
#include "bandit/mixture_score_laws.h"
#include "base/limits.h"

namespace proffer::bandit {
namespace {

using Method = decision::PropensityMethod;
using Parts = std::vector<std::vector<ScorePart>>;

ScoreMixtures mixtures_of(const Parts& candidates) {
  ScoreMixtures mixtures;
  for (const auto& parts : candidates) {
    for (const ScorePart& part : parts) {
      if (part.fixed())
        mixtures.add_fixed(part.weight, part.factor);
      else
        mixtures.add_beta(part.weight, part.factor, part.alpha, part.beta);
    }
    mixtures.end_candidate();
  }
  return mixtures;
}

ScorePart fixed(double score, double weight = 1) { return {weight, score, 0, 0}; }
ScorePart uniform_part(double factor, double weight = 1) { return {weight, factor, 1, 1}; }

Propensities exact(const ScoreMixtures& mixtures, const std::vector<std::uint32_t>& shown) {
  auto found = integrate_mixtures(mixtures, shown);
  EXPECT_TRUE(found.has_value());
  return found.value_or(
      Propensities{std::vector<double>(shown.size(), NAN), std::vector<double>(shown.size(), NAN), Method::none, 0});
}

double first_of(const Parts& candidates, std::uint32_t candidate = 0) {
  return exact(mixtures_of(candidates), {candidate}).slot[0];
}

// P(U > 2 V) is the area of a triangle of sides 1 and 1/2; P(-U > -2 V) its complement.
TEST(MixturePropensities, OfMultiplesOfUniformsByHand) {
  EXPECT_NEAR(first_of({{uniform_part(1)}, {uniform_part(2)}}), 0.25, 1e-9);
  EXPECT_NEAR(first_of({{uniform_part(2)}, {uniform_part(1)}}), 0.75, 1e-9);
  EXPECT_NEAR(first_of({{uniform_part(-1)}, {uniform_part(-2)}}), 0.75, 1e-9);
  EXPECT_NEAR(first_of({{uniform_part(-2)}, {uniform_part(-1)}}), 0.25, 1e-9);
  EXPECT_NEAR(first_of({{uniform_part(-2)}, {uniform_part(1)}}), 1e-12, 1e-12);
  EXPECT_NEAR(first_of({{uniform_part(1e-3)}, {uniform_part(1e6)}}), 0.5e-9, 1e-10);
}

// Of U, 2V and 3W: 2V first is the integral over v of P(U < 2v) P(3W < 2v) = 1/2 * ... = (v < 1/2: 2v * 2v/3) +
// (v >= 1/2: 2v/3) = 4/9 / 8 + 1/3 (1 - 1/4).
TEST(MixturePropensities, OfThreeUniformsByHand) {
  const Parts three{{uniform_part(1)}, {uniform_part(2)}, {uniform_part(3)}};
  EXPECT_NEAR(first_of(three, 1), 4.0 / 72 + 0.25, 1e-9);
  EXPECT_NEAR(first_of(three, 0), 1.0 / 18, 1e-9);  // u * u/2 * u/3 integrated: 1/6 * 1/3
}

TEST(MixturePropensities, OfFixedScoresByHand) {
  EXPECT_NEAR(first_of({{fixed(0.5)}, {uniform_part(1)}}), 0.5, 1e-9);
  EXPECT_NEAR(first_of({{fixed(0.5)}, {uniform_part(2)}}), 0.25, 1e-9);
  EXPECT_NEAR(first_of({{uniform_part(2)}, {fixed(0.5)}}), 0.75, 1e-9);
  EXPECT_NEAR(first_of({{uniform_part(-2)}, {fixed(-0.5)}}), 0.25, 1e-9);
  EXPECT_NEAR(first_of({{fixed(0)}, {uniform_part(-1)}}), 1, 1e-9);
  EXPECT_NEAR(first_of({{fixed(7)}, {fixed(7)}, {fixed(7)}, {fixed(6)}}), 1.0 / 3, 1e-12);
  EXPECT_NEAR(first_of({{fixed(7)}, {fixed(7, 0.5), fixed(8, 0.25), fixed(6, 0.25)}}), 0.5, 1e-12);
  const auto second = exact(mixtures_of({{fixed(1)}, {fixed(1)}, {uniform_part(2)}}), {0, 1});
  EXPECT_NEAR(second.slot[1], 0.5, 1e-9);  // each of three orders: uniform first 1/2, last 1/2
  EXPECT_NEAR(second.slate[0], 0.75, 1e-9);
}

TEST(MixturePropensities, OfZeroTimesALawAreThoseOfTheFixedScoreZero) {
  const auto mixtures = mixtures_of({{ScorePart{1, 0, 3, 4}}, {fixed(0)}, {fixed(0)}});
  EXPECT_TRUE(mixtures.of(0).front().fixed());
  EXPECT_NEAR(exact(mixtures, {0}).slot[0], 1.0 / 3, 1e-12);
}

std::vector<TestArm> random_arms(Family family, std::size_t count, std::uint64_t seed, double least_scale) {
  base::RandomStream random(seed, static_cast<std::uint64_t>(family));
  std::vector<TestArm> arms;
  for (std::size_t i = 0; i < count; ++i) {
    arms.push_back(random_arm(family, random));
    arms.back().scale = least_scale + random.uniform() * (5 - least_scale);
  }
  return arms;
}

TEST(MixturePropensities, WithEqualScalesAreThoseOfTheUnscaledLaws) {
  for (int f = 0; f < static_cast<int>(Family::count); ++f) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      auto arms = random_arms(static_cast<Family>(f), 2 + 3 * seed, seed, 1);
      for (TestArm& arm : arms) arm.scale = 0.3;
      const TestCandidates candidates(arms);
      PropensityTables tables;
      const std::vector<std::uint32_t> shown{1, 0};
      const auto expected = integrate_propensities(candidates.view(), shown, tables);
      ASSERT_TRUE(expected);
      const auto found = exact(beta_mixtures(candidates.scaled_view()), shown);
      for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_NEAR(found.slot[i], expected->slot[i], 1e-8) << f << " " << seed;
        EXPECT_NEAR(found.slate[i], expected->slate[i], 1e-8) << f << " " << seed;
      }
    }
  }
}

// P(first) over the arm's own probability, by Boost's double exponential rule and incomplete Betas, in pieces between
// all that might bend.
double reference_first(const std::vector<TestArm>& arms, std::size_t i) {
  const auto integrand = [&](double t) {
    double p = boost::math::ibeta_derivative(arms[i].alpha, arms[i].beta, t);
    for (std::size_t j = 0; j < arms.size(); ++j) {
      if (j == i) continue;
      const double at = arms[i].scale * t / arms[j].scale;
      const double below = at <= 0 ? 0 : at >= 1 ? 1 : boost::math::ibeta(arms[j].alpha, arms[j].beta, at);
      p *= arms[j].scale > 0 ? below : 1 - below;
    }
    return p;
  };
  std::vector<double> edges{0, 1};
  for (const TestArm& arm : arms) {
    const double mean = arm.alpha / (arm.alpha + arm.beta);
    const double sd = std::sqrt(mean * (1 - mean) / (arm.alpha + arm.beta + 1));
    for (int s = -8; s <= 12; ++s) edges.push_back((mean + s * sd) * arm.scale / arms[i].scale);
    edges.push_back(arm.scale / arms[i].scale);
  }
  std::erase_if(edges, [](double e) { return !(e >= 0 && e <= 1); });
  std::ranges::sort(edges);
  boost::math::quadrature::tanh_sinh<double> rule(12);
  double sum = 0;
  for (std::size_t e = 1; e < edges.size(); ++e) {
    if (edges[e] > edges[e - 1]) sum += rule.integrate(integrand, edges[e - 1], edges[e]);
  }
  return sum;
}

TEST(MixturePropensities, AgreeWithDoubleExponentialQuadratureOfIncompleteBetas) {
  for (const Family family : {Family::young, Family::mature, Family::processed, Family::mixed, Family::extreme}) {
    for (const double least_scale : {0.2, -5.0}) {
      const auto arms = random_arms(family, 6, 12, least_scale);
      const TestCandidates candidates(arms);
      for (std::uint32_t i = 0; i < 6; ++i) {
        EXPECT_NEAR(exact(beta_mixtures(candidates.scaled_view()), {i}).slot[0],
                    std::max(reference_first(arms, i), 1e-12), 2e-8)
            << static_cast<int>(family) << " " << least_scale << " " << i;
      }
    }
  }
}

// Candidates of all kinds: fixed scores, equal ones among them, laws of both signs, mixtures.
Parts random_parts(std::size_t count, base::RandomStream& random) {
  Parts parts(count);
  for (auto& own : parts) {
    const std::size_t size = 1 + random.below(3);
    for (std::size_t i = 0; i < size; ++i) {
      const double weight = 1.0 / static_cast<double>(size);
      if (random.below(3) == 0) {
        own.push_back(fixed(static_cast<double>(random.below(5)) / 2 - 1, weight));
      } else {
        const TestArm arm = random_arm(static_cast<Family>(random.below(4)), random);
        own.push_back({weight, 4 * random.uniform() - 1, arm.alpha, arm.beta});
      }
    }
  }
  return parts;
}

TEST(MixturePropensities, PlacesSumToOneForRandomMixtures) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    base::RandomStream random(seed, 77);
    const std::size_t count = 2 + random.below(10);
    const auto mixtures = mixtures_of(random_parts(count, random));
    const std::size_t places = std::min<std::size_t>(count, 1 + random.below(3));
    for (std::size_t place = 0; place < places; ++place) {
      double sum = 0;
      for (std::uint32_t i = 0; i < count; ++i) sum += exact(mixtures, slate_with(i, place, places)).slot[place];
      EXPECT_NEAR(sum, 1, 1e-7) << "seed " << seed << " place " << place << " of " << count;
    }
  }
}

// The mean over which parts speak, each computed apart.
TEST(MixturePropensities, OfMixturesAreMeansOverTheirParts) {
  const Parts mixture{{fixed(0.5, 0.5), {0.5, 2, 2, 5}}, {uniform_part(1, 0.25), fixed(0.5, 0.75)}, {{1, 0.7, 3, 2}}};
  for (std::uint32_t i = 0; i < 3; ++i) {
    double slot = 0;
    for (const ScorePart& a : mixture[0]) {
      for (const ScorePart& b : mixture[1]) {
        const Parts alone{{{1, a.factor, a.alpha, a.beta}}, {{1, b.factor, b.alpha, b.beta}}, mixture[2]};
        slot += a.weight * b.weight * exact(mixtures_of(alone), slate_with(i, 1, 2)).slot[1];
      }
    }
    EXPECT_NEAR(exact(mixtures_of(mixture), slate_with(i, 1, 2)).slot[1], slot, 1e-8);
  }
}

// Counted hits of plain draws. Their standard deviation is at most 0.0016, so 0.0075 is missed once in 400,000.
TEST(MixturePropensities, AgreeWithPlainDraws) {
  base::RandomStream random(3, 78);
  const auto mixtures = mixtures_of(random_parts(7, random));
  const MixtureScoreLaws laws(mixtures, {});
  constexpr std::uint64_t draws = 100'000;
  std::vector<std::array<double, 2>> hits(7);
  std::vector<Standing> standings(7);
  for (std::uint64_t seed = 1; seed <= draws; ++seed) {
    laws.draw(seed, standings);
    std::vector<std::uint32_t> order(7);
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, std::greater(), [&](std::uint32_t i) { return standings[i]; });
    for (std::size_t place = 0; place < 2; ++place) hits[order[place]][place] += 1.0 / draws;
  }
  for (std::uint32_t i = 0; i < 7; ++i) {
    for (std::size_t place = 0; place < 2; ++place) {
      EXPECT_NEAR(exact(mixtures, slate_with(i, place, 2)).slot[place], hits[i][place], 0.0075) << i << " " << place;
    }
  }
}

TEST(MixturePropensities, CountedFromDrawsAgreeWithQuadrature) {
  base::RandomStream random(4, 79);
  const auto mixtures = mixtures_of(random_parts(8, random));
  const std::vector<std::uint32_t> shown{2, 5, 0};
  const auto expected = exact(mixtures, shown);
  const auto counted = count_propensities(MixtureScoreLaws(mixtures, shown), shown, 9, 40'000);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(counted.slot[i], expected.slot[i], 0.0125);  // five standard deviations of counted hits
    EXPECT_NEAR(counted.slate[i], expected.slate[i], 0.0125);
  }
}

TEST(MixturePropensities, OfTinyShapesAreResolved) {
  // P(Beta(a, 1) > c) = 1 - c^a; P(2 X > Y) of equal laws Beta(a, 1): 1 - P(X < Y / 2) = 1 - 2^-a / 2.
  const double a = 1e-3;
  EXPECT_NEAR(first_of({{ScorePart{1, 2, a, 1}}, {ScorePart{1, 1, a, 1}}}), 1 - std::pow(2, -a) / 2, 2e-8);
  EXPECT_NEAR(first_of({{ScorePart{1, 2, 1, 0.1}}, {ScorePart{1, 2, 1, 0.1}}}), 0.5, 1e-8);
}

TEST(MixturePropensities, DearOnesAreCountedAndSaySo) {
  Parts many;
  base::RandomStream random(1, 80);
  for (int i = 0; i < 3'000; ++i) many.push_back({{1, 1 + random.uniform(), 1 + 9 * random.uniform(), 20}});
  const auto found = mixture_propensities(mixtures_of(many), std::vector<std::uint32_t>{5, 6}, 1);
  EXPECT_EQ(found.method, Method::draws);
  EXPECT_GT(found.draws, 0u);
  EXPECT_GT(found.slot[0], 0);
  EXPECT_EQ(mixture_propensities(mixtures_of({{uniform_part(1)}, {uniform_part(2)}}), std::vector<std::uint32_t>{1}, 1)
                .method,
            Method::quadrature);
}

// A fixed score among so many different laws.
ScoreMixtures many_laws(std::size_t count) {
  Parts parts{{fixed(0.5)}};
  for (std::size_t i = 0; i < count; ++i) parts.push_back({{1, 1, 2 + static_cast<double>(i), 5}});
  return mixtures_of(parts);
}

TEST(MixturePropensities, AreIntegratedUpToTheLimitOfLaws) {
  constexpr auto most = base::limits::mixture_laws;
  EXPECT_TRUE(integrate_mixtures(many_laws(most), std::vector<std::uint32_t>{0}));
  EXPECT_FALSE(integrate_mixtures(many_laws(most + 1), std::vector<std::uint32_t>{0}));
}

TEST(MixturePropensities, AreIntegratedUpToTheLimitOfSteps) {
  std::vector<std::uint32_t> shown(100);
  std::iota(shown.begin(), shown.end(), 0U);
  EXPECT_FALSE(integrate_mixtures(many_laws(150), shown));
  EXPECT_EQ(mixture_propensities(many_laws(150), shown, 1).method, Method::draws);
}

TEST(MixturePropensities, OfOneCandidateAreCertain) {
  const auto found = mixture_propensities(mixtures_of({{uniform_part(-1)}}), std::vector<std::uint32_t>{0}, 1);
  EXPECT_EQ(found.slot[0], 1);
  EXPECT_EQ(found.method, Method::closed_form);
}

}  // namespace
}  // namespace proffer::bandit
