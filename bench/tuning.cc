// What one suggestion of a search costs after a number of trials, in the space that scoring searches.
#include <benchmark/benchmark.h>

#include "training/search.h"
#include "tuning/tpe.h"

namespace proffer {
namespace {

void suggest(benchmark::State& state) {
  const auto& space = training::search_space();
  std::vector<tuning::Trial> trials;
  while (trials.size() < static_cast<std::size_t>(state.range(0))) {
    const auto point = tuning::suggest(space, trials, 1);
    trials.push_back({point, tuning::Trial::State::complete, point[0] * point[1], {}});
  }
  std::uint64_t seed = 0;
  for (auto _ : state) benchmark::DoNotOptimize(tuning::suggest(space, trials, ++seed));
}
BENCHMARK(suggest)->Arg(5)->Arg(20)->Arg(40)->Arg(100);

}  // namespace
}  // namespace proffer

BENCHMARK_MAIN();
