#include "tuning/tpe.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <variant>
#include <vector>

#include "tuning/parzen.h"

namespace proffer::tuning {
namespace {

constexpr std::size_t most_good_trials = 25;

// Complete ones by value, then pruned ones: those that came further first, then by their last value.
auto rank(const Trial& trial) {
  if (trial.state == Trial::State::complete) return std::tuple(0, 0.0, trial.value);
  if (trial.steps.empty()) return std::tuple(2, 0.0, 0.0);
  return std::tuple(1, -static_cast<double>(trial.steps.size()), trial.steps.back());
}

// The numbers of the good trials: a tenth of those that have ended.
std::vector<std::size_t> good_trials(std::span<const Trial> trials) {
  std::vector<std::size_t> ended;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    if (trials[i].state != Trial::State::running) ended.push_back(i);
  }
  std::stable_sort(ended.begin(), ended.end(), [&](auto a, auto b) { return rank(trials[a]) < rank(trials[b]); });
  ended.resize(std::min((ended.size() + 9) / 10, most_good_trials));
  std::sort(ended.begin(), ended.end());
  return ended;
}

double uniform_value(const std::variant<Real, Integer, Choice>& range, base::RandomStream& chance) {
  if (const auto* choice = std::get_if<Choice>(&range)) return static_cast<double>(chance.below(choice->options));
  const auto* integer = std::get_if<Integer>(&range);
  const auto* real = std::get_if<Real>(&range);
  const double low = integer != nullptr ? static_cast<double>(integer->low) - 0.5 : real->low;
  const double high = integer != nullptr ? static_cast<double>(integer->high) + 0.5 : real->high;
  const bool log = integer != nullptr ? integer->log : real->log;
  const double u = chance.uniform();
  const double value = log ? low * std::pow(high / low, u) : low + u * (high - low);
  if (integer == nullptr) return std::clamp(value, low, high);
  return std::clamp(std::round(value), static_cast<double>(integer->low), static_cast<double>(integer->high));
}

Point uniform_point(const Space& space, base::RandomStream& chance) {
  Point out;
  for (const auto& dimension : space) out.push_back(uniform_value(dimension.range, chance));
  return out;
}

}  // namespace

Point suggest(const Space& space, std::span<const Trial> trials, std::uint64_t seed) {
  base::RandomStream chance(seed, trials.size());
  const auto running = std::count_if(trials.begin(), trials.end(),
                                     [](const Trial& trial) { return trial.state == Trial::State::running; });
  if (trials.size() - static_cast<std::size_t>(running) < random_trials) return uniform_point(space, chance);
  const auto good = good_trials(trials);
  std::vector<const Point*> below, above;
  for (std::size_t i = 0; i < trials.size(); ++i)
    (std::binary_search(good.begin(), good.end(), i) ? below : above).push_back(&trials[i].point);
  const ParzenMixture better(space, below), worse(space, above);
  Point best;
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < candidates; ++i) {
    Point point = better.sample(chance);
    const double ratio = better.log_density(point) - worse.log_density(point);
    if (!best.empty() && ratio <= largest) continue;
    best = std::move(point);
    largest = ratio;
  }
  return best;
}

}  // namespace proffer::tuning
