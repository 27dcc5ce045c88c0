#include "bandit/counted_propensities.h"

#include <algorithm>
#include <limits>

#include "base/limits.h"

namespace proffer::bandit {
namespace {

constexpr std::uint64_t draws_key = 0xc2b2ae3d27d4eb4fULL;  // keeps these draws apart from those that made the slate

struct Placed {
  Standing standing;
  std::uint32_t candidate;
};

// The best in descending order, `wanted` of them.
void find_best(std::span<const Standing> standings, std::size_t wanted, std::vector<Placed>& best) {
  const auto higher = [](const Placed& a, const Placed& b) { return a.standing > b.standing; };
  best.clear();
  for (std::uint32_t i = 0; i < standings.size(); ++i) {
    const Placed drawn{standings[i], i};
    if (best.size() == wanted) {
      if (!higher(drawn, best.back())) continue;
      best.pop_back();
    }
    best.insert(std::ranges::upper_bound(best, drawn, higher), drawn);
  }
}

// The place-th best (from 0) of all but one candidate; below everything when there are not so many.
Standing best_of_others(std::span<const Placed> best, std::uint32_t candidate, std::size_t place) {
  for (const Placed& placed : best) {
    if (placed.candidate == candidate) continue;
    if (place-- == 0) return placed.standing;
  }
  return {-std::numeric_limits<double>::infinity(), 0};
}

}  // namespace

Propensities count_propensities(const ScoreLaws& laws, std::span<const std::uint32_t> shown, std::uint64_t seed,
                                std::uint32_t draws) {
  Propensities result{std::vector<double>(shown.size()), std::vector<double>(shown.size()),
                      decision::PropensityMethod::draws, draws};
  base::RandomStream seeds(seed, draws_key);
  std::vector<Standing> standings(laws.size());
  std::vector<Placed> best;
  for (std::uint32_t draw = 0; draw < draws; ++draw) {
    laws.draw(seeds.next(), standings);
    find_best(standings, shown.size() + 1, best);
    for (std::size_t place = 0; place < shown.size(); ++place) {
      const auto above = [&](std::size_t rank) {
        return laws.above(shown[place], best_of_others(best, shown[place], rank));
      };
      result.slot[place] += (above(place) - (place == 0 ? 0 : above(place - 1))) / draws;
      result.slate[place] += above(shown.size() - 1) / draws;
    }
  }
  bound_propensities(result, laws.size());
  return result;
}

std::uint32_t draws_for(std::size_t candidates) {
  const std::size_t draws = base::limits::propensity_candidates_drawn / std::max<std::size_t>(1, candidates);
  return static_cast<std::uint32_t>(std::clamp<std::size_t>(draws, 1, 1'024));
}

void bound_propensities(Propensities& propensities, std::size_t candidates) {
  const bool all_shown = propensities.slot.size() == candidates;
  for (std::size_t i = 0; i < propensities.slot.size(); ++i) {
    propensities.slot[i] = std::clamp(propensities.slot[i], 1e-12, 1.0);
    propensities.slate[i] = all_shown ? 1.0 : std::clamp(propensities.slate[i], propensities.slot[i], 1.0);
  }
}

}  // namespace proffer::bandit
