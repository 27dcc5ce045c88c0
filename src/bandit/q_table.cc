#include "bandit/q_table.h"

#include <algorithm>

#include "base/random.h"

namespace proffer::bandit {

std::size_t QTable::Hash::operator()(const QState& state) const {
  return base::mix64(base::mix64(std::uint64_t{state.before} << 32 | state.last) + state.taken);
}

void QTable::learn(const QState& state, decision::OptionId action, double reward, const QState& next) {
  double best = 0;  // of an action not tried yet; no value is negative
  for (const Action& after : tried(next)) best = std::max(best, after.value);
  learn(state, action, reward, best);
}

void QTable::learn(const QState& state, decision::OptionId action, double reward, double best_after) {
  auto& actions = values_[state];
  auto found = std::ranges::find(actions, action, &Action::option);
  if (found == actions.end()) found = actions.insert(actions.end(), {action, 0});
  found->value += rate_ * (reward + discount_ * best_after - found->value);
}

std::optional<double> QTable::value(const QState& state, decision::OptionId action) const {
  const auto actions = tried(state);
  const auto found = std::ranges::find(actions, action, &Action::option);
  return found == actions.end() ? std::nullopt : std::optional(found->value);
}

std::span<const QTable::Action> QTable::tried(const QState& state) const {
  const auto found = values_.find(state);
  return found == values_.end() ? std::span<const Action>{} : found->second;
}

}  // namespace proffer::bandit
