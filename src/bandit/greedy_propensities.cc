#include "bandit/greedy_propensities.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "bandit/counted_propensities.h"
#include "bandit/greedy_mixtures.h"

namespace proffer::bandit {
namespace {

// P(Binomial(trials, p) = j) for j < size.
std::vector<double> binomial(std::size_t trials, double p, std::size_t size) {
  std::vector<double> chance(size, 0.0);
  if (p <= 0 || p >= 1) {
    const std::size_t certain = p <= 0 ? 0 : trials;
    if (certain < size) chance[certain] = 1;
    return chance;
  }
  const double log_odds = std::log(p) - std::log1p(-p);
  double log_chance = static_cast<double>(trials) * std::log1p(-p);
  for (std::size_t j = 0; j < size && j <= trials; ++j) {
    chance[j] = std::exp(log_chance);
    if (j < trials) log_chance += log_odds + std::log(static_cast<double>(trials - j) / static_cast<double>(j + 1));
  }
  return chance;
}

// What the candidates with contacts look like from above: the largest take-ups, as many as the slate has places.
class Warm {
 public:
  Warm(const Candidates& candidates, std::size_t places) {
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (const auto take_up = observed_take_up(candidates, candidates.first[i])) best_.push_back(*take_up);
    }
    cold_ = candidates.size() - best_.size();
    const auto end = best_.begin() + static_cast<std::ptrdiff_t>(std::min(places, best_.size()));
    std::partial_sort(best_.begin(), end, best_.end(), std::greater());
    if (end != best_.begin()) equal_and_dropped_ = static_cast<std::size_t>(std::count(end, best_.end(), *(end - 1)));
    best_.erase(end, best_.end());
  }

  std::size_t cold() const { return cold_; }
  std::span<const double> best() const { return best_; }

  std::size_t above(double take_up) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(best_, take_up, std::greater()) - best_.begin());
  }

  std::size_t equal(double take_up) const {
    const auto [first, last] = std::equal_range(best_.begin(), best_.end(), take_up, std::greater());
    return static_cast<std::size_t>(last - first) + (take_up == best_.back() ? equal_and_dropped_ : 0);
  }

 private:
  std::vector<double> best_;           // descending
  std::size_t equal_and_dropped_ = 0;  // candidates equal to the last of these that did not fit
  std::size_t cold_ = 0;
};

struct Chances {
  double slot = 0;
  double slate = 0;
};

// A candidate with contacts stands below `above` others for certain and below a binomial number of those without; among
// its equals each place is equally likely.
Chances chances_of_warm(const Warm& warm, double take_up, std::size_t place, std::size_t places) {
  const std::size_t above = warm.above(take_up);
  const std::size_t equal = warm.equal(take_up);  // itself included
  const auto cold_above = binomial(warm.cold(), 1 - take_up, places);
  Chances sum;
  for (std::size_t c = 0; above + c < places; ++c) {
    if (above + c <= place && place < above + c + equal) sum.slot += cold_above[c] / static_cast<double>(equal);
    sum.slate += cold_above[c] * static_cast<double>(std::min(equal, places - above - c)) / static_cast<double>(equal);
  }
  return sum;
}

// For a candidate without contacts: chance[a] = P(exactly a others score above), a < places. Between two take-ups with
// `w` candidates above, the integral of P(Binomial(m - 1, y) = j) over y from y0 to y1 is (P(Binomial(m, y1) > j) -
// P(Binomial(m, y0) > j)) / m, where y = 1 - score and m candidates have no contacts.
std::vector<double> others_above_cold(const Warm& warm, std::size_t places) {
  std::vector<double> chance(places, 0.0);
  const auto m = static_cast<double>(warm.cold());
  std::vector<double> at_most(places, 1.0);  // P(Binomial(m, y) <= j) at y = 0
  for (std::size_t w = 0; w <= warm.best().size() && w < places; ++w) {
    const double y = w < warm.best().size() ? 1 - warm.best()[w] : 1;
    auto next = binomial(warm.cold(), y, places);
    for (std::size_t j = 1; j < places; ++j) next[j] += next[j - 1];
    for (std::size_t j = 0; w + j < places; ++j) chance[w + j] += (at_most[j] - next[j]) / m;
    at_most = std::move(next);
  }
  return chance;
}

Propensities closed_form(const Candidates& candidates, std::span<const std::uint32_t> shown) {
  const Warm warm(candidates, shown.size());
  Propensities result{{}, {}, decision::PropensityMethod::closed_form, 0};
  std::vector<double> cold;
  for (std::size_t place = 0; place < shown.size(); ++place) {
    Chances chances;
    if (const auto take_up = observed_take_up(candidates, candidates.first[shown[place]])) {
      chances = chances_of_warm(warm, *take_up, place, shown.size());
    } else {
      if (cold.empty()) cold = others_above_cold(warm, shown.size());
      for (const double chance : cold) chances.slate += chance;
      chances.slot = cold[place];
    }
    result.slot.push_back(chances.slot);
    result.slate.push_back(chances.slate);
  }
  return result;
}

}  // namespace

std::optional<double> observed_take_up(const Candidates& candidates, std::size_t arm) {
  if (!(candidates.contacts[arm] > 0)) return std::nullopt;
  return candidates.accepted[arm] / candidates.contacts[arm];
}

Propensities greedy_propensities(const Candidates& candidates, std::span<const std::uint32_t> shown,
                                 std::uint64_t seed) {
  if (candidates.alpha.size() > candidates.size()) return greedy_mixture_propensities(candidates, shown, seed);
  Propensities result = closed_form(candidates, shown);
  bound_propensities(result, candidates.size());
  return result;
}

}  // namespace proffer::bandit
