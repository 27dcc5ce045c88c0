#include "bandit/tail_table.h"

#include <gtest/gtest.h>

#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <limits>

#include "bandit/beta_sampler.h"

namespace proffer::bandit {
namespace {

TEST(TailTable, AgreesWithIncompleteBetas) {
  for (const auto& [alpha, beta] : {std::pair{1.0, 1.0}, {2.5, 30.1}, {400.0, 49'000.0}, {0.3, 0.7}, {1e6, 1e8}}) {
    const TailTable table{BetaLaw(alpha, beta)};
    std::vector<double> x;
    for (int i = -400; i <= 400; ++i) {
      x.push_back(table.law().mode + i / 200.0 * (table.law().upper - table.law().mode));
    }
    std::vector<double> tails(x.size());
    table.find(x, tails);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double expected = x[i] < 0 ? boost::math::ibetac(alpha, beta, from_log_odds(x[i]))
                                       : boost::math::ibeta(beta, alpha, from_log_odds(-x[i]));
      EXPECT_NEAR(tails[i], expected, 1e-9) << alpha << " " << beta << " " << x[i];
    }
  }
}

// P(Beta(1, 1) > t) = 1 - t.
TEST(TailTable, OfUniformIsTheComplement) {
  const TailTable table{BetaLaw(1, 1)};
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> x{-infinity, std::log(0.25 / 0.75), 0, std::log(3), infinity};
  std::vector<double> tails(x.size());
  table.find(x, tails);
  EXPECT_EQ(tails[0], 1);
  EXPECT_NEAR(tails[1], 0.75, 1e-10);
  EXPECT_NEAR(tails[2], 0.5, 1e-10);
  EXPECT_NEAR(tails[3], 0.25, 1e-10);
  EXPECT_EQ(tails[4], 0);
}

}  // namespace
}  // namespace proffer::bandit
