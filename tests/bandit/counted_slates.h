// Propensities against slates that a policy really makes, one a seed.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>
#include <vector>

#include "bandit/arms.h"
#include "bandit/propensity_tables.h"

namespace proffer::bandit {

// Frequencies over seeds: place[candidate][place].
inline std::vector<std::vector<double>> count_slates(const Policy& policy, const TestCandidates& given,
                                                     std::uint64_t seeds) {
  Candidates candidates = given.view();
  std::vector<std::uint32_t> speaker(candidates.size());
  candidates.speaker = speaker;
  std::vector<std::vector<double>> place(candidates.size(), std::vector<double>(candidates.size(), 0.0));
  std::vector<double> scores(candidates.size());
  std::vector<std::uint64_t> ties(candidates.size());
  std::vector<std::uint32_t> order(candidates.size());
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    base::RandomStream random(seed, 77);
    for (std::size_t i = 0; i < speaker.size(); ++i) {
      speaker[i] =
          candidates.first[i] + static_cast<std::uint32_t>(random.below(candidates.first[i + 1] - candidates.first[i]));
    }
    policy.score(candidates, seed, scores);
    std::ranges::generate(ties, [&] { return random.next(); });
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(
        order, [&](auto a, auto b) { return scores[a] != scores[b] ? scores[a] > scores[b] : ties[a] > ties[b]; });
    for (std::size_t at = 0; at < order.size(); ++at) place[order[at]][at] += 1 / static_cast<double>(seeds);
  }
  return place;
}

// Every candidate in every place of the slate. A bound of 5.5 standard errors, where at most a few hundred numbers are
// compared, raises a false alarm once in about 10^5 choices of seeds; the seeds are fixed.
inline void expect_propensities_as_counted(const Policy& policy, const TestCandidates& candidates, std::size_t places,
                                           std::string_view what, std::uint64_t seeds = 20'000) {
  const auto counted = count_slates(policy, candidates, seeds);
  PropensityTables tables;
  const auto n = static_cast<double>(seeds);
  const auto expect = [&](double propensity, double frequency, std::uint32_t candidate) {
    const double error = std::sqrt(propensity * (1 - propensity) / n) + 1 / n;
    EXPECT_NEAR(propensity, frequency, 5.5 * error) << what << ", candidate " << candidate;
  };
  for (std::uint32_t candidate = 0; candidate < candidates.size(); ++candidate) {
    for (std::size_t place = 0; place < places; ++place) {
      const auto shown = slate_with(candidate, place, places);
      const auto found = policy.propensities(candidates.view(), shown, 1, tables);
      expect(found.slot[place], counted[candidate][place], candidate);
      const auto first = counted[candidate].begin();
      expect(found.slate[place], std::accumulate(first, first + static_cast<std::ptrdiff_t>(places), 0.0), candidate);
    }
  }
}

}  // namespace proffer::bandit
