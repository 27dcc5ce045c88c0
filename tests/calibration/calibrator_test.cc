#include "calibration/calibrator.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "calibration/logistic.h"

namespace proffer::calibration {
namespace {

using Values = std::vector<double>;
using Classes = std::vector<std::uint8_t>;

const Values raw_16{-3, -2.5, -2, -1.5, -1, -0.5, -0.5, 0, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4};
const Classes labels_16{0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1};

// Rows whose true log-odds are slope * raw + shift.
struct World {
  Values raw;
  Classes labels;
  World(std::size_t rows, double slope, double shift, std::uint64_t seed) {
    base::RandomStream chance(seed, 7);
    for (std::size_t i = 0; i < rows; ++i) {
      raw.push_back(6 * chance.uniform() - 3);
      labels.push_back(chance.uniform() < sigmoid(slope * raw.back() + shift));
    }
  }
};

// A = -0.3639115012025378 and B = 0.08069579921839796 in scikit-learn's form 1 / (1 + exp(A f + B)).
TEST(Sigmoid, AgreesWithScikitLearn) {
  const auto c = fit_sigmoid(raw_16, labels_16);
  EXPECT_NEAR(c.a, 0.3639115012025378, 1e-5);
  EXPECT_NEAR(c.c, -0.08069579921839796, 1e-5);
  EXPECT_NEAR(c.apply(0.3), 0.50711893, 1e-5);
}

// The coefficients of an unregularised logistic regression by scikit-learn on (ln p, -ln(1 - p)).
TEST(Beta, AgreesWithAnIndependentLogisticRegression) {
  const auto c = fit_beta(raw_16, labels_16);
  EXPECT_NEAR(c.a, 0.88652899, 1e-5);
  EXPECT_NEAR(c.b, 0.176757, 1e-5);
  EXPECT_NEAR(c.c, 0.59527084, 1e-5);
}

TEST(Beta, NeverFallsWithTheScore) {
  World world(500, 0.2, 1, 3);
  for (std::size_t i = 0; i < world.raw.size(); ++i) {
    if (world.raw[i] < -1) world.labels[i] = 1;  // so that one coefficient would be negative
  }
  const auto c = fit_beta(world.raw, world.labels);
  EXPECT_GE(c.a, 0);
  EXPECT_GE(c.b, 0);
  for (double z = -5; z < 5; z += 0.1) EXPECT_LE(c.apply(z), c.apply(z + 0.1));
}

TEST(Beta, OfScoresThatSayTheOppositeGivesTheBaseRate) {
  const World world(400, -2, 0, 5);
  const auto c = fit_beta(world.raw, world.labels);
  double mean = 0;
  for (const auto label : world.labels) mean += label / 400.0;
  EXPECT_NEAR(c.apply(-1), mean, 1e-4);
  EXPECT_NEAR(c.apply(2), mean, 1e-4);
}

// By hand: pooled steps 0,0 | 1,0 | 1,1 give (0+1)/(2+2), (1+1)/(2+2), (2+1)/(2+2).
TEST(Isotonic, PoolsViolatorsAndSmoothsItsSteps) {
  const auto c = fit_isotonic(Values{1, 2, 3, 4, 5, 6}, Classes{0, 0, 1, 0, 1, 1});
  EXPECT_EQ(c.knots, (Values{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(c.values, (Values{0.25, 0.25, 0.5, 0.5, 0.75, 0.75}));
  EXPECT_DOUBLE_EQ(c.apply(-9), 0.25);
  EXPECT_DOUBLE_EQ(c.apply(9), 0.75);
  EXPECT_DOUBLE_EQ(c.apply(2.5), 0.375);
  EXPECT_DOUBLE_EQ(c.apply(4.5), 0.625);
}

// One row of 0 (1/3 smoothed), then ten with one positive (2/12 smoothed): pooled, (1 + 1) / (11 + 2).
TEST(Isotonic, DoesNotFallWhereSmoothingWouldMakeIt) {
  Values raw{0};
  Classes labels{0};
  for (int i = 0; i < 10; ++i) {
    raw.push_back(1);
    labels.push_back(i == 0);
  }
  const auto c = fit_isotonic(raw, labels);
  EXPECT_DOUBLE_EQ(c.apply(0), 2.0 / 13);
  EXPECT_DOUBLE_EQ(c.apply(1), 2.0 / 13);
}

TEST(Calibrators, GiveProbabilitiesStrictlyInsideWhateverTheScore) {
  const World world(1'500, 30, 0, 9);  // nearly told apart
  for (const auto fit : {fit_sigmoid, fit_isotonic, fit_beta}) {
    const auto c = fit(world.raw, world.labels);
    for (const double z : {-1e308, -1e3, -1.0, 0.0, 1.0, 1e3, 1e308}) {
      EXPECT_GT(c.apply(z), 0) << name_of(c.method) << z;
      EXPECT_LT(c.apply(z), 1) << name_of(c.method) << z;
    }
  }
}

TEST(Calibrators, SurviveOneClassAndNoRows) {
  for (const auto fit : {fit_sigmoid, fit_isotonic, fit_beta}) {
    for (const auto& labels : {Classes{1, 1, 1}, Classes{0, 0, 0}}) {
      const double p = fit(Values{-1, 0, 1}, labels).apply(0.5);
      EXPECT_GT(p, 0);
      EXPECT_LT(p, 1);
    }
    EXPECT_TRUE(std::isfinite(fit({}, {}).apply(0)));
  }
}

TEST(ChooseCalibrator, LeavesIsotonicToManyRows) {
  const World small(isotonic_rows - 1, 1, 0, 1);
  EXPECT_NE(choose_calibrator(small.raw, small.labels, 1).method, Method::isotonic);
}

// Probabilities 0.1 and 0.9 on either side of a cliff, flat otherwise: no sigmoid can follow.
TEST(ChooseCalibrator, TakesIsotonicWhereTheShapeNeedsIt) {
  base::RandomStream chance(4, 4);
  Values raw;
  Classes labels;
  for (int i = 0; i < 6'000; ++i) {
    raw.push_back(8 * chance.uniform() - 4);
    const double p = raw.back() < -2 ? 0.1 : raw.back() < 2 ? 0.5 : 0.9;
    labels.push_back(chance.uniform() < p);
  }
  const auto c = choose_calibrator(raw, labels, 1);
  EXPECT_EQ(c.method, Method::isotonic);
  EXPECT_NEAR(c.apply(-3), 0.1, 0.05);
  EXPECT_NEAR(c.apply(0), 0.5, 0.05);
  EXPECT_NEAR(c.apply(3), 0.9, 0.05);
}

// 4,000 rows: the standard error of a fitted slope near 0.5 is about 0.025, so a gap of 0.12 is beyond four of them and
// happens by chance in under 1 of 10,000 seeds.
TEST(ChooseCalibrator, FindsTheWayBackFromOverconfidentScores) {
  const World world(4'000, 0.5, -0.3, 2);
  const auto c = choose_calibrator(world.raw, world.labels, 1);
  for (const double z : {-2.0, 0.0, 2.0}) EXPECT_NEAR(c.apply(z), sigmoid(0.5 * z - 0.3), 0.06) << z;
}

TEST(ChooseCalibrator, GivesTheSameForTheSameSeed) {
  const World world(1'200, 1, 0, 8);
  const auto one = choose_calibrator(world.raw, world.labels, 3), two = choose_calibrator(world.raw, world.labels, 3);
  EXPECT_EQ(one.method, two.method);
  EXPECT_EQ(one.apply(0.37), two.apply(0.37));
}

}  // namespace
}  // namespace proffer::calibration
