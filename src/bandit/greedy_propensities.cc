#include "bandit/greedy_propensities.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

#include "bandit/chances.h"
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

// What the candidates of known value look like from above: the largest values, as many as the slate has places.
class Known {
 public:
  Known(std::span<const double> values, std::size_t places) {
    std::ranges::copy_if(values, std::back_inserter(best_), [](double value) { return !std::isnan(value); });
    unknown_ = values.size() - best_.size();
    const auto end = best_.begin() + static_cast<std::ptrdiff_t>(std::min(places, best_.size()));
    std::partial_sort(best_.begin(), end, best_.end(), std::greater());
    if (end != best_.begin()) equal_and_dropped_ = static_cast<std::size_t>(std::count(end, best_.end(), *(end - 1)));
    best_.erase(end, best_.end());
  }

  std::size_t unknown() const { return unknown_; }
  std::span<const double> best() const { return best_; }

  std::size_t above(double value) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(best_, value, std::greater()) - best_.begin());
  }

  std::size_t equal(double value) const {
    const auto [first, last] = std::equal_range(best_.begin(), best_.end(), value, std::greater());
    return static_cast<std::size_t>(last - first) + (value == best_.back() ? equal_and_dropped_ : 0);
  }

 private:
  std::vector<double> best_;           // descending
  std::size_t equal_and_dropped_ = 0;  // candidates equal to the last of these that did not fit
  std::size_t unknown_ = 0;
};

// A candidate of known value stands below `above` others for certain and below a binomial number of those of unknown
// value; among its equals each place is equally likely.
Chances chances_of_known(const Known& known, double value, std::size_t place, std::size_t places) {
  const std::size_t above = known.above(value);
  const std::size_t equal = known.equal(value);  // itself included
  const auto unknown_above = binomial(known.unknown(), 1 - value, places);
  Chances sum;
  for (std::size_t c = 0; above + c < places; ++c) {
    if (above + c <= place && place < above + c + equal) sum.slot += unknown_above[c] / static_cast<double>(equal);
    sum.slate +=
        unknown_above[c] * static_cast<double>(std::min(equal, places - above - c)) / static_cast<double>(equal);
  }
  return sum;
}

// For a candidate of unknown value: chance[a] = P(exactly a others score above), a < places. Between two values with
// `w` candidates above, the integral of P(Binomial(m - 1, y) = j) over y from y0 to y1 is (P(Binomial(m, y1) > j) -
// P(Binomial(m, y0) > j)) / m, where y = 1 - score and m candidates are of unknown value.
std::vector<double> others_above_unknown(const Known& known, std::size_t places) {
  std::vector<double> chance(places, 0.0);
  const auto m = static_cast<double>(known.unknown());
  std::vector<double> at_most(places, 1.0);  // P(Binomial(m, y) <= j) at y = 0
  for (std::size_t w = 0; w <= known.best().size() && w < places; ++w) {
    const double y = w < known.best().size() ? 1 - known.best()[w] : 1;
    auto next = binomial(known.unknown(), y, places);
    for (std::size_t j = 1; j < places; ++j) next[j] += next[j - 1];
    for (std::size_t j = 0; w + j < places; ++j) chance[w + j] += (at_most[j] - next[j]) / m;
    at_most = std::move(next);
  }
  return chance;
}

// values[i] of candidate i.
Propensities closed_form(std::span<const double> values, std::span<const std::uint32_t> shown) {
  const Known known(values, shown.size());
  Propensities result{{}, {}, decision::PropensityMethod::closed_form, 0};
  std::vector<double> unknown;
  for (std::size_t place = 0; place < shown.size(); ++place) {
    Chances chances;
    if (const double value = values[shown[place]]; !std::isnan(value)) {
      chances = chances_of_known(known, value, place, shown.size());
    } else {
      if (unknown.empty()) unknown = others_above_unknown(known, shown.size());
      for (const double chance : unknown) chances.slate += chance;
      chances.slot = unknown[place];
    }
    result.slot.push_back(chances.slot);
    result.slate.push_back(chances.slate);
  }
  return result;
}

}  // namespace

Propensities greedy_propensities(const Candidates& candidates, std::span<const double> values,
                                 std::span<const std::uint32_t> shown, std::uint64_t seed) {
  if (values.size() > candidates.size()) return greedy_mixture_propensities(candidates, values, shown, seed);
  Propensities result = closed_form(values, shown);
  bound_propensities(result, candidates.size());
  return result;
}

}  // namespace proffer::bandit
