#include "bandit/q_learning.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "bandit/q_table.h"
#include "bandit/take_ups.h"
#include "base/limits.h"
#include "base/random.h"

namespace proffer::bandit {
namespace {

constexpr std::uint64_t simulation_key = 0x71a3c9e2b4d5f607ULL;
constexpr std::size_t simulated_depth = 3;     // steps after the first
constexpr std::size_t simulated_rounds = 16;   // in which each option comes first once
constexpr std::size_t simulated_firsts = 512;  // first steps, about

using QSettings = decision::AlgorithmSettings::QLearning;

// An option that can be shown in a simulation, and the chance that it is taken up.
struct Simulated {
  decision::OptionId option;
  double chance;
};

class Simulation {
 public:
  Simulation(const QSettings& settings, const QState& start, std::uint64_t customer, std::vector<Simulated> options)
      : settings_(settings),
        start_(start),
        options_(std::move(options)),
        random_(customer, simulation_key),
        table_(settings.learning_rate, settings.discount_factor) {}

  const QTable& run() {
    const std::size_t rounds = std::clamp(simulated_firsts / options_.size(), std::size_t{1}, simulated_rounds);
    for (std::size_t round = 0; round < rounds; ++round) {
      for (std::size_t first = 0; first < options_.size(); ++first) {
        walk(first, round == 0, options_.size() > simulated_firsts ? 0 : simulated_depth);
      }
    }
    return table_;
  }

 private:
  void walk(std::size_t action, bool first_time, std::size_t depth) {
    QState state = start_;
    for (std::size_t step = 0; step <= depth; ++step, action = choose(state)) {
      const auto& [option, chance] = options_[action];
      const double reward = settings_.max_reward * chance;
      const QState next = state.after(option, random_.uniform() < chance);
      if (first_time && step == 0)
        table_.learn(state, option, reward, settings_.max_reward);
      else
        table_.learn(state, option, reward, next);
      state = next;
    }
  }

  // The best action tried in that state, or any with chance random_action and where none was tried.
  std::size_t choose(const QState& state) {
    const auto tried = table_.tried(state);
    if (tried.empty() || random_.uniform() < settings_.random_action) return random_.below(options_.size());
    const auto best = std::ranges::max_element(tried, {}, &QTable::Action::value);
    return static_cast<std::size_t>(std::ranges::find(options_, best->option, &Simulated::option) - options_.begin());
  }

  const QSettings& settings_;
  QState start_;
  std::vector<Simulated> options_;
  base::RandomStream random_;
  QTable table_;
};

class QLearning final : public HistoryModel {
 public:
  explicit QLearning(const decision::Campaign& campaign)
      : HistoryModel(campaign, {.features = false, .customers = true, .contacts = base::limits::model_contacts}),
        settings_(campaign.settings.q_learning) {}

  void predict(const Moment& moment, std::span<const decision::OptionId> options,
               std::span<double> values) const override {
    QTable table(settings_.learning_rate, settings_.discount_factor);
    const QState state = walk(moment.customer, table);
    if (settings_.from_log) return read(table, state, options, values);
    auto simulated = simulated_options(options);
    if (simulated.empty()) return static_cast<void>(std::ranges::fill(values, unknown_value));
    Simulation simulation(settings_, state, moment.customer, std::move(simulated));
    read(simulation.run(), state, options, values);
  }

 private:
  static void read(const QTable& table, const QState& state, std::span<const decision::OptionId> options,
                   std::span<double> values) {
    for (std::size_t i = 0; i < options.size(); ++i) values[i] = table.value(state, options[i]).value_or(unknown_value);
  }

  // Learns from all his contacts; the state in which they leave him.
  QState walk(std::uint64_t customer, QTable& table) const {
    QState state;
    for (const PastSlate* slate : slates_of(customer, base::limits::customer_contacts)) {
      for (const PastContact& contact : slate->shown) {
        const QState next = state.after(contact.option, contact.accepted);
        const double reward = contact.accepted ? settings_.max_reward * std::min(1.0, to_real(contact.weight)) : 0;
        if (settings_.from_log) table.learn(state, contact.option, reward, next);
        state = next;
      }
    }
    return state;
  }

  std::vector<Simulated> simulated_options(std::span<const decision::OptionId> options) const {
    std::vector<Simulated> simulated;
    for (const auto option : options) {
      if (take_ups_.knows(option)) simulated.push_back({option, take_ups_.of(option).chance()});
    }
    return simulated;
  }

  void added(const PastSlate& slate) override { take_ups_.count(slate, 1); }
  void removed(const PastSlate& slate) override { take_ups_.count(slate, -1); }
  void accepted(const PastSlate&, const PastContact& contact) override { take_ups_.accept(contact); }
  std::size_t own_bytes() const override { return take_ups_.memory_bytes(); }

  QSettings settings_;
  TakeUps take_ups_;
};

}  // namespace

std::unique_ptr<Model> make_q_learning(const decision::Campaign& campaign) {
  return std::make_unique<QLearning>(campaign);
}

}  // namespace proffer::bandit
