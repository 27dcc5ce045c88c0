// The values of Q-learning for one customer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "decision/campaign.h"

namespace proffer::bandit {

inline constexpr decision::OptionId no_option = ~decision::OptionId{0};

// What he saw and took last.
struct QState {
  decision::OptionId before = no_option;  // shown before the last
  decision::OptionId last = no_option;    // shown last
  decision::OptionId taken = no_option;   // taken up last

  QState after(decision::OptionId shown, bool accepted) const { return {last, shown, accepted ? shown : taken}; }
  bool operator==(const QState&) const = default;
};

class QTable {
 public:
  QTable(double learning_rate, double discount_factor) : rate_(learning_rate), discount_(discount_factor) {}

  // One step of Bellman's equation.
  void learn(const QState& state, decision::OptionId action, double reward, const QState& next);
  // The same from what the best action of the next state is taken to be worth.
  void learn(const QState& state, decision::OptionId action, double reward, double best_after);

  std::optional<double> value(const QState& state, decision::OptionId action) const;  // nothing when never tried

  struct Action {
    decision::OptionId option;
    double value;
  };
  std::span<const Action> tried(const QState& state) const;  // in the order of their first try

 private:
  struct Hash {
    std::size_t operator()(const QState& state) const;
  };

  double rate_;
  double discount_;
  std::unordered_map<QState, std::vector<Action>, Hash> values_;
};

}  // namespace proffer::bandit
