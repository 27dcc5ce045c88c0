// Simulated worlds: customers who come one a minute and take up, or not, each of the offers shown to them.
//
// What happens is a function of the world's seed, the decision's number and the offer alone, so that algorithms which
// show the same offer to the same customer at the same time see the same outcome.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace proffer::regret {

// How take-up comes about: logit(p) = base of the offer + its effect on the customer's segment + the match of tastes
// (two numbers each) + how it swings in time.
struct WorldKind {
  std::string_view name;
  std::uint32_t offers;
  std::uint32_t asked;      // places of a slate
  std::uint32_t customers;  // each comes back at random
  double base_low;          // logits of the offers: uniform between these,
  double base_high;
  double hits;          // but for this share of the offers, which have
  double hit_logit;     // this one
  double segment_sd;    // of an offer's effect on each segment
  double taste_sd;      // of both tastes' numbers
  double swing;         // half of what a logit changes by in time
  double period;        // decisions of a swing, each offer with a phase of its own; 0: none
  std::int64_t window;  // decisions that count in learning; 0: all
};

std::span<const WorldKind> world_kinds();

class World {
 public:
  static constexpr std::uint32_t segments = 3;

  World(const WorldKind& kind, std::uint64_t seed);

  const WorldKind& kind() const { return kind_; }
  std::uint32_t customer_at(std::uint32_t decision) const;
  std::uint32_t segment_of(std::uint32_t customer) const { return segment_[customer]; }

  double take_up(std::uint32_t decision, std::uint32_t customer, std::uint32_t offer) const;
  bool takes(std::uint32_t decision, std::uint32_t customer, std::uint32_t offer) const;

  // What the best slate for this customer brings at that time on average, and what a random one does.
  struct Reference {
    double best;
    double random;
  };
  Reference reference(std::uint32_t decision, std::uint32_t customer) const;

  // The slate that is best at that time when nothing is known of the customer.
  std::vector<std::uint32_t> best_for_all(std::uint32_t decision) const;

 private:
  using Taste = std::array<double, 2>;

  WorldKind kind_;
  std::uint64_t seed_;
  std::vector<double> base_;
  std::vector<double> phase_;
  std::vector<std::array<double, segments>> effect_;
  std::vector<Taste> offer_taste_;
  std::vector<Taste> customer_taste_;
  std::vector<std::uint32_t> segment_;
};

}  // namespace proffer::regret
