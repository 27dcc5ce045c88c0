// Contacts and acceptances of each option over the slates of a model.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "bandit/history_model.h"

namespace proffer::bandit {

struct TakeUp {
  std::uint64_t slates = 0;
  std::uint64_t acceptances = 0;
  std::int64_t contacts = 0;  // their weights, in multiples of 2^-32
  std::int64_t accepted = 0;

  // (accepted + 1) / (contacts + 2), the mean after a uniform prior.
  double chance() const { return (to_real(accepted) + 1) / (to_real(contacts) + 2); }
};

class TakeUps {
 public:
  // sign: 1 for a slate that comes in, -1 for one that drops out.
  void count(const PastSlate& slate, std::int64_t sign);
  void accept(const PastContact& contact, std::int64_t sign = 1);

  // Zeros for an option without contacts.
  TakeUp of(decision::OptionId option) const;
  bool knows(decision::OptionId option) const { return options_.contains(option); }
  const std::unordered_map<decision::OptionId, TakeUp>& all() const { return options_; }

  std::size_t memory_bytes() const;

 private:
  std::unordered_map<decision::OptionId, TakeUp> options_;  // those with contacts
};

}  // namespace proffer::bandit
