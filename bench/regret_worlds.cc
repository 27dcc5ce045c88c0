#include "regret_worlds.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>

#include "bandit/beta_sampler.h"

namespace proffer::regret {
namespace {

constexpr std::array kinds{
    WorldKind{.name = "stationary",
              .offers = 12,
              .asked = 3,
              .customers = 2'000,
              .base_low = -4,
              .base_high = -1.5,
              .hits = 0,
              .hit_logit = 0,
              .segment_sd = 0.7,
              .taste_sd = 0,
              .swing = 0,
              .period = 0,
              .window = 0},
    WorldKind{.name = "drifting",
              .offers = 12,
              .asked = 3,
              .customers = 2'000,
              .base_low = -3,
              .base_high = -2,
              .hits = 0,
              .hit_logit = 0,
              .segment_sd = 0.4,
              .taste_sd = 0,
              .swing = 1.5,
              .period = 10'000,
              .window = 2'000},
    WorldKind{.name = "sparse",
              .offers = 150,
              .asked = 3,
              .customers = 500,
              .base_low = -6,
              .base_high = -4,
              .hits = 0.06,
              .hit_logit = -2.5,
              .segment_sd = 0.3,
              .taste_sd = 0.8,
              .swing = 0,
              .period = 0,
              .window = 0},
};

// Keys of what is drawn.
enum Key : std::uint64_t { offers = 1, customers = 2, arrivals = 3, outcomes = 4 };

}  // namespace

std::span<const WorldKind> world_kinds() { return kinds; }

World::World(const WorldKind& kind, std::uint64_t seed) : kind_(kind), seed_(seed) {
  base::RandomStream random(seed, Key::offers);
  const auto normal = [](base::RandomStream& stream, double sd) { return sd * bandit::draw_normal(stream); };
  const auto taste = [&](base::RandomStream& stream) {
    return Taste{normal(stream, kind.taste_sd), normal(stream, kind.taste_sd)};
  };
  const auto hits = static_cast<std::uint32_t>(kind.hits * kind.offers);
  for (std::uint32_t i = 0; i < kind.offers; ++i) {
    const double base = kind.base_low + (kind.base_high - kind.base_low) * random.uniform();
    base_.push_back(i < hits ? kind.hit_logit : base);
    phase_.push_back(2 * std::numbers::pi * random.uniform());
    auto& effect = effect_.emplace_back();
    std::ranges::generate(effect, [&] { return normal(random, kind.segment_sd); });
    offer_taste_.push_back(taste(random));
  }
  base::RandomStream people(seed, Key::customers);
  for (std::uint32_t i = 0; i < kind.customers; ++i) {
    segment_.push_back(static_cast<std::uint32_t>(people.below(segments)));
    customer_taste_.push_back(taste(people));
  }
}

std::uint32_t World::customer_at(std::uint32_t decision) const {
  return static_cast<std::uint32_t>(
      base::RandomStream(seed_ ^ base::mix64(Key::arrivals), decision).below(kind_.customers));
}

double World::take_up(std::uint32_t decision, std::uint32_t customer, std::uint32_t offer) const {
  double logit = base_[offer] + effect_[offer][segment_[customer]];
  for (std::size_t i = 0; i < 2; ++i) logit += offer_taste_[offer][i] * customer_taste_[customer][i];
  if (kind_.period > 0) logit += kind_.swing * std::sin(phase_[offer] + 2 * std::numbers::pi * decision / kind_.period);
  return bandit::from_log_odds(logit);
}

bool World::takes(std::uint32_t decision, std::uint32_t customer, std::uint32_t offer) const {
  const std::uint64_t key = static_cast<std::uint64_t>(decision) << 32 | offer;
  return base::RandomStream(seed_ ^ base::mix64(Key::outcomes), key).uniform() < take_up(decision, customer, offer);
}

World::Reference World::reference(std::uint32_t decision, std::uint32_t customer) const {
  std::vector<double> chances(kind_.offers);
  for (std::uint32_t i = 0; i < kind_.offers; ++i) chances[i] = take_up(decision, customer, i);
  double sum = 0;
  for (const double chance : chances) sum += chance;
  std::ranges::nth_element(chances, chances.begin() + kind_.asked, std::greater());
  double best = 0;
  for (std::uint32_t i = 0; i < kind_.asked; ++i) best += chances[i];
  return {best, sum * kind_.asked / kind_.offers};
}

std::vector<std::uint32_t> World::best_for_all(std::uint32_t decision) const {
  std::vector<double> sum(kind_.offers);
  for (std::uint32_t i = 0; i < kind_.offers; ++i) {
    for (std::uint32_t customer = 0; customer < kind_.customers; ++customer) sum[i] += take_up(decision, customer, i);
  }
  std::vector<std::uint32_t> order(kind_.offers);
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, std::greater(), [&](std::uint32_t i) { return sum[i]; });
  order.resize(kind_.asked);
  return order;
}

}  // namespace proffer::regret
