// What a contact weighs: learning reward times decay, in fixed point, so that sums are exact in any order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/int128.h"
#include "decision/campaign.h"
#include "decision/record.h"

namespace proffer::bandit {

inline constexpr double largest_reward = 1000;  // of a contact in learning

using Fixed = base::Int128;  // a weight or a sum of weights, in multiples of 2^-32

double to_real(Fixed sum);

// What the selected contacts of one option weigh together, and the accepted ones among them.
struct Sums {
  Fixed contacts = 0;
  Fixed accepted = 0;
};

// The rule that says which contacts count, and how much. One a campaign; not safe to use concurrently (it keeps
// powers).
class Selection {
 public:
  explicit Selection(const decision::LearningSettings& settings);

  std::uint64_t count() const { return count_; }  // newest contacts of an option that count; 0: all
  bool ordered() const { return ordered_; }       // by window or count: contacts drop out, the oldest first
  bool personal() const { return personal_; }     // by cap or decay: it matters whose contact it was

  // The contacts of one customer with one option count from the newest, index 0, up to here: past the cap, or where
  // every decayed weight rounds to zero.
  std::uint64_t horizon() const { return horizon_; }

  // reward * gamma^-index, to the nearest multiple of 2^-32.
  std::int64_t weight(double reward, std::uint64_t index = 0);

 private:
  double gamma_;
  std::uint64_t count_;
  std::uint64_t horizon_;
  bool ordered_;
  bool personal_;
  std::vector<double> powers_;  // powers_[i] = gamma^-i
};

// The learning reward of each contact of one option. It rarely changes, so only its changes are kept: contacts come in
// log order, and a reward holds from its position to the next change.
class RewardRuns {
 public:
  void note(decision::LogOrder position, double reward) {
    if (runs_.empty() || runs_.back().reward != reward) runs_.push_back({position, reward});
  }
  double at(decision::LogOrder position) const;  // of a contact that was noted

  std::size_t size() const { return runs_.size(); }
  std::size_t memory_bytes() const { return runs_.capacity() * sizeof(Run); }
  void keep_only(std::vector<decision::LogOrder> positions);  // those of the contacts that are left

  void encode(base::ByteWriter& out) const;
  bool decode(base::ByteReader& in);

 private:
  struct Run {
    decision::LogOrder from;
    double reward;
  };
  std::vector<Run> runs_;
};

}  // namespace proffer::bandit
