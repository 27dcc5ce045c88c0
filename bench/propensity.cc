// What a decision costs: draws, slate and exact propensities, where between two decisions three arms learned something.
#include <benchmark/benchmark.h>

#include <cmath>
#include <string>

#include "base/random.h"
#include "ranking/decide.h"

namespace {

using namespace proffer;

constexpr std::uint32_t asked = 3;

enum Kind { mature, cold, mixed, processed };

struct Arms {
  std::vector<double> alpha, beta, contacts, accepted;

  void set(std::size_t i, double shown, double taken) {
    contacts[i] = shown;
    accepted[i] = taken;
    alpha[i] = 1 + taken;
    beta[i] = 1 + (shown - taken) * fail_reward;
  }
  ranking::ArmView view() const { return {alpha, beta, contacts, accepted}; }

  double fail_reward = 1;
};

// Take-up between 0.4 and 1.2 %. `processed`: a thousand contacts at most, failures weighing 0.1, as by default.
Arms make_arms(std::size_t count, Kind kind) {
  base::RandomStream random(7, count);
  Arms arms;
  for (auto* values : {&arms.alpha, &arms.beta, &arms.contacts, &arms.accepted}) values->resize(count);
  arms.fail_reward = kind == processed ? 0.1 : 1;
  for (std::size_t i = 0; i < count; ++i) {
    const bool young = kind == cold || (kind == mixed && i % 4 == 0);
    const double most = kind == processed ? 1000 : 50'000;
    const double shown = young ? static_cast<double>(random.below(kind == cold ? 1 : 20))
                               : std::floor(most * (0.2 + 0.8 * random.uniform()));
    arms.set(i, shown, young ? 0 : std::floor(shown * (0.004 + 0.008 * random.uniform())));
  }
  return arms;
}

decision::Campaign make_campaign(std::size_t count, const char* approach) {
  decision::Campaign campaign;
  campaign.approach = approach;
  campaign.option_ids = static_cast<decision::OptionId>(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    decision::Option option;
    option.id = i;
    option.offer = "offer " + std::to_string(i);
    option.stream = base::mix64(i + 1);
    campaign.offers.push_back({option.offer, i, 1});
    campaign.options.push_back(std::move(option));
  }
  return campaign;
}

// Between 1 and 10, as margins may be.
std::vector<double> make_rewards(std::size_t count) {
  base::RandomStream random(8, count);
  std::vector<double> rewards(count);
  for (double& reward : rewards) reward = 1 + 9 * random.uniform();
  return rewards;
}

void run(benchmark::State& state, std::size_t count, Kind kind, const char* approach, bool propensities,
         bool rewarded = false) {
  const auto campaign = make_campaign(count, approach);
  const auto policy = (*bandit::find_algorithm(approach, ""))->make(campaign);
  auto arms = make_arms(count, kind);
  ranking::Scratch scratch;
  ranking::Request request;
  request.asked = asked;
  request.propensities = propensities;
  const auto rewards = make_rewards(rewarded ? count : 0);
  request.reward = rewards;
  double draws = 0;
  for (auto _ : state) {
    ++request.seed;
    const auto slate = ranking::decide(campaign, *policy, arms.view(), request, scratch);
    for (const auto& shown : slate.shown) {
      const double taken = base::RandomStream(request.seed, shown.option).uniform() < 0.008 ? 1 : 0;
      if (kind != processed)
        arms.set(shown.option, shown.contacts + 1, shown.accepted + taken);
      else
        arms.set(shown.option, shown.contacts < 1000 ? shown.contacts + 1 : shown.contacts - 10, shown.accepted);
    }
    draws = slate.draws;
  }
  state.counters["draws"] = draws;
  state.counters["table_MB"] = static_cast<double>(scratch.tables.memory_bytes()) / 1e6;
}

BENCHMARK_CAPTURE(run, mature_100, 100, mature, "binaryThompson", true);
BENCHMARK_CAPTURE(run, mature_100_without_propensities, 100, mature, "binaryThompson", false);
BENCHMARK_CAPTURE(run, cold_100, 100, cold, "binaryThompson", true);
BENCHMARK_CAPTURE(run, mixed_100, 100, mixed, "binaryThompson", true);
BENCHMARK_CAPTURE(run, processed_100, 100, processed, "binaryThompson", true);
BENCHMARK_CAPTURE(run, greedy_100, 100, mature, "epsilonGreedy", true);
BENCHMARK_CAPTURE(run, rewarded_10, 10, mature, "binaryThompson", true, true);
BENCHMARK_CAPTURE(run, rewarded_30, 30, mixed, "binaryThompson", true, true);
BENCHMARK_CAPTURE(run, rewarded_100, 100, mixed, "binaryThompson", true, true);
BENCHMARK_CAPTURE(run, mature_1000, 1000, mature, "binaryThompson", true);
BENCHMARK_CAPTURE(run, mature_10000, 10'000, mature, "binaryThompson", true);
BENCHMARK_CAPTURE(run, mature_10000_without_propensities, 10'000, mature, "binaryThompson", false);
BENCHMARK_CAPTURE(run, cold_10000, 10'000, cold, "binaryThompson", true);
BENCHMARK_CAPTURE(run, processed_10000, 10'000, processed, "binaryThompson", true);
BENCHMARK_CAPTURE(run, greedy_10000, 10'000, mature, "epsilonGreedy", true);

}  // namespace

BENCHMARK_MAIN();
