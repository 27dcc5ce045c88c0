// What decisions and outcomes have used up: of each option's budget, and of each customer's caps. A fold over the log.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "decision/campaign.h"

namespace proffer::ranking {

class Usage {
 public:
  // Events of a customer are remembered for `period` (0: not at all).
  explicit Usage(base::Micros period) : period_(period) {}

  struct Event {
    base::Time date;
    decision::OptionId option = 0;
    bool acceptance = false;  // otherwise a contact
  };

  void contact(base::Time date, std::uint64_t customer, decision::OptionId option, double spend);
  void acceptance(base::Time date, std::uint64_t customer, decision::OptionId option, double spend);
  // Forgets events older than `now` - period; which are forgotten when changes no count of a cap. O(1) mostly.
  void advance(base::Time now);

  // What was spent of an option's budget so far.
  double spent(decision::OptionId option) const { return option < spent_.size() ? spent_[option] : 0; }
  // In order of the log; some may be older than the period.
  std::span<const Event> events(std::uint64_t customer) const;

  void encode(base::ByteWriter& out) const;
  bool decode(base::ByteReader& in);

 private:
  void add(std::uint64_t customer, const Event& event, double spend);

  base::Micros period_;
  base::Time next_sweep_ = base::Time::min();
  std::vector<double> spent_;  // by option
  std::unordered_map<std::uint64_t, std::vector<Event>> events_;
};

}  // namespace proffer::ranking
