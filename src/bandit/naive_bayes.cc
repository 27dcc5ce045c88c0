#include "bandit/naive_bayes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <vector>

#include "bandit/take_ups.h"
#include "base/limits.h"
#include "base/random.h"

namespace proffer::bandit {
namespace {

constexpr decision::OptionId all_options = ~decision::OptionId{0};
constexpr std::uint64_t any_value = 0;

// What accepted contacts had a feature's value, or any.
struct ValueKey {
  decision::OptionId option;
  std::uint32_t feature;
  std::uint64_t value;

  bool operator==(const ValueKey&) const = default;
};

struct HashOfKey {
  std::size_t operator()(const ValueKey& key) const {
    return base::mix64(key.value + base::mix64(std::uint64_t{key.feature} << 32 | key.option));
  }
};

struct Tally {
  std::uint64_t contacts = 0;
  std::int64_t weight = 0;
};

class NaiveBayes final : public HistoryModel {
 public:
  explicit NaiveBayes(const decision::Campaign& campaign)
      : HistoryModel(campaign, {.features = true, .customers = false, .contacts = base::limits::model_contacts}),
        missing_(campaign.settings.naive_bayes.uniform_missing ? unknown_value : 0),
        values_of_(campaign.features.size()) {}

  void predict(const Moment& moment, std::span<const decision::OptionId> options,
               std::span<double> values) const override {
    if (!knows_any(options)) return static_cast<void>(std::ranges::fill(values, unknown_value));
    const auto features = known_features(moment);
    for (std::size_t i = 0; i < options.size(); ++i) {
      const bool missing = !take_ups_.knows(options[i]);
      values[i] = missing ? -std::numeric_limits<double>::infinity() : log_chance(options[i], features);
    }
    to_chances(values);
    for (std::size_t i = 0; i < options.size(); ++i) {
      if (!take_ups_.knows(options[i])) values[i] = missing_;
    }
  }

 private:
  struct Feature {
    std::uint32_t index;
    std::uint64_t value;
    double values;  // distinct ones, this one included
  };

  bool knows_any(std::span<const decision::OptionId> options) const {
    return std::ranges::any_of(options, [&](auto option) { return take_ups_.of(option).acceptances > 0; });
  }

  std::vector<Feature> known_features(const Moment& moment) const {
    std::vector<Feature> known;
    for (std::uint32_t i = 0; i < std::min(values_of_.size(), moment.features.size()); ++i) {
      const std::uint64_t value = feature_key(moment.features[i]);
      if (value == any_value) continue;
      const bool is_new = !seen_.contains({all_options, i, value});
      known.push_back({i, value, static_cast<double>(values_of_[i] + (is_new ? 1 : 0))});
    }
    return known;
  }

  // Up to what is the same for all options.
  double log_chance(decision::OptionId option, std::span<const Feature> features) const {
    double sum = std::log(to_real(take_ups_.of(option).accepted) + 1);
    for (const Feature& feature : features) {
      const double with_this = weight_of({option, feature.index, feature.value});
      const double with_any = weight_of({option, feature.index, any_value});
      sum += std::log((with_this + 1) / (with_any + feature.values));
    }
    return sum;
  }

  // However small, a chance stays above that of the missing.
  static void to_chances(std::span<double> values) {
    const double largest = *std::ranges::max_element(values);
    double sum = 0;
    for (double& value : values) sum += value = std::exp(value - largest);
    for (double& value : values) value = std::max(value / sum, std::numeric_limits<double>::min());
  }

  void added(const PastSlate& slate) override { count(slate, 1); }
  void removed(const PastSlate& slate) override { count(slate, -1); }
  void accepted(const PastSlate& slate, const PastContact& contact) override {
    take_ups_.accept(contact);
    count_accepted(slate, contact, 1);
  }

  void count(const PastSlate& slate, std::int64_t sign) {
    take_ups_.count(slate, sign);
    for (const PastContact& contact : slate.shown) {
      if (contact.accepted) count_accepted(slate, contact, sign);
    }
  }

  void count_accepted(const PastSlate& slate, const PastContact& contact, std::int64_t sign) {
    for (std::uint32_t i = 0; i < slate.features.size(); ++i) {
      if (slate.features[i] == any_value) continue;
      const std::size_t before = seen_.size();
      add({all_options, i, slate.features[i]}, sign, contact.weight);
      values_of_[i] += seen_.size() - before;
      add({contact.option, i, slate.features[i]}, sign, contact.weight);
      add({contact.option, i, any_value}, sign, contact.weight);
    }
  }

  void add(const ValueKey& key, std::int64_t sign, std::int64_t weight) {
    const auto entry = seen_.try_emplace(key).first;
    entry->second.contacts += static_cast<std::uint64_t>(sign);
    entry->second.weight += sign * weight;
    if (entry->second.contacts == 0) seen_.erase(entry);
  }

  double weight_of(const ValueKey& key) const {
    const auto found = seen_.find(key);
    return found == seen_.end() ? 0 : to_real(found->second.weight);
  }

  std::size_t own_bytes() const override {
    return take_ups_.memory_bytes() + seen_.size() * (hash_node_bytes + sizeof(ValueKey) + sizeof(Tally));
  }

  double missing_;
  TakeUps take_ups_;
  std::unordered_map<ValueKey, Tally, HashOfKey> seen_;  // in accepted contacts
  std::vector<std::size_t> values_of_;                   // distinct ones of each feature in them
};

}  // namespace

std::unique_ptr<Model> make_naive_bayes(const decision::Campaign& campaign) {
  return std::make_unique<NaiveBayes>(campaign);
}

}  // namespace proffer::bandit
