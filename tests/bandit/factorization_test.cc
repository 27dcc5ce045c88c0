#include "bandit/factorization.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace proffer::bandit {
namespace {

// By hand, one dimension: items 0.5 and 2, lambda 0.25, item 1 accepted with weight 0.1, so c = 5:
//   u = 5 * 2 / (0.25 + 4 + 0.25 + 4 * 4) = 10 / 20.5
TEST(Factorization, AHalfStepWorkedByHand) {
  const Factors items{1, {0.5, 2}};
  double u[1];
  HalfStep(items, 0.25).solve(std::vector<Acceptance>{{1, 0.1}}, u);
  EXPECT_NEAR(u[0], 10 / 20.5, 1e-15);
  HalfStep(items, 0.25).solve({}, u);
  EXPECT_EQ(u[0], 0);
}

struct World {
  std::vector<std::vector<Acceptance>> users;
  Factors items;
};

World random_world(base::RandomStream& random, std::size_t dimensions) {
  World world{std::vector<std::vector<Acceptance>>(9), {dimensions, {}}};
  constexpr std::uint32_t items = 7;
  for (auto& user : world.users) {
    for (std::uint32_t item = 0; item < items; ++item) {
      if (random.below(3) == 0) user.push_back({item, 0.5 + random.uniform()});
    }
  }
  for (std::size_t i = 0; i < items * dimensions; ++i) world.items.values.push_back(0.1 * (random.uniform() - 0.5));
  return world;
}

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// The loss over all pairs, straight from the definition.
double loss(const World& world, const Factors& users, double lambda) {
  double sum = lambda * (dot(users.values, users.values) + dot(world.items.values, world.items.values));
  for (std::size_t u = 0; u < world.users.size(); ++u) {
    std::vector<double> weight(world.items.rows(), 0.0);
    for (const auto& accepted : world.users[u]) weight[accepted.row] = accepted.weight;
    for (std::size_t i = 0; i < weight.size(); ++i) {
      const double error = (weight[i] > 0 ? 1 : 0) - dot(users.row(u), world.items.row(i));
      sum += (1 + 40 * weight[i]) * error * error;
    }
  }
  return sum;
}

Factors best_users(const World& world, double lambda) {
  Factors users{world.items.dimensions, std::vector<double>(world.users.size() * world.items.dimensions)};
  const HalfStep step(world.items, lambda);
  for (std::size_t u = 0; u < world.users.size(); ++u) step.solve(world.users[u], users.row(u));
  return users;
}

TEST(Factorization, NoUserVectorIsBetterThanThatOfAHalfStep) {
  base::RandomStream random(3, 1);
  for (int round = 0; round < 30; ++round) {
    const World world = random_world(random, 1 + random.below(5));
    const Factors users = best_users(world, 0.05);
    const double least = loss(world, users, 0.05);
    for (std::size_t i = 0; i < users.values.size(); ++i) {
      for (const double change : {-1e-3, 1e-3}) {
        Factors other = users;
        other.values[i] += change;
        EXPECT_GT(loss(world, other, 0.05), least);
      }
    }
  }
}

TEST(Factorization, EachSweepLowersTheLoss) {
  base::RandomStream random(4, 1);
  for (int round = 0; round < 30; ++round) {
    World world = random_world(random, 3);
    double before = loss(world, best_users(world, 0.05), 0.05);
    for (int sweep = 0; sweep < 6; ++sweep) {
      fit_items(world.users, 0.05, 1, world.items);
      const double after = loss(world, best_users(world, 0.05), 0.05);
      EXPECT_LE(after, before * (1 + 1e-12));
      before = after;
    }
  }
}

// Two tastes: users who took 0 also took 1, those who took 2 also 3. One who took only 0 comes nearest to 1.
TEST(Factorization, FindsWhatIsAcceptedTogether) {
  std::vector<std::vector<Acceptance>> users;
  for (int i = 0; i < 10; ++i) {
    users.push_back({{0, 1}, {1, 1}});
    users.push_back({{2, 1}, {3, 1}});
  }
  base::RandomStream random(5, 1);
  Factors items{4, {}};
  for (int i = 0; i < 16; ++i) items.values.push_back(0.02 * (random.uniform() - 0.5));
  fit_items(users, 0.05, 8, items);
  std::vector<double> one(4);
  HalfStep(items, 0.05).solve(std::vector<Acceptance>{{0, 1}}, one);
  EXPECT_GT(dot(one, items.row(1)), 0.9);
  EXPECT_LT(std::abs(dot(one, items.row(2))), 0.1);
  EXPECT_LT(std::abs(dot(one, items.row(3))), 0.1);
}

}  // namespace
}  // namespace proffer::bandit
