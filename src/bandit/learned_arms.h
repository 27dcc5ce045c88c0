// What a campaign has learned: one arm an option, a fold over the log.
//
// Feeding the records of a log in order, one by one as they happen, gives exactly the state that folding the whole log
// afterwards gives: weights are kept in fixed point (multiples of 2^-32), so sums do not depend on the order of their
// terms and leave nothing behind when a contact drops out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "decision/campaign.h"
#include "decision/record.h"

namespace proffer::bandit {

struct Prior {
  double alpha = 1;
  double beta = 1;
};

// An arm's Beta distribution, from what it has learned:
//   alpha = prior.alpha + success_reward * accepted,   beta = prior.beta + fail_reward * (contacts - accepted).
struct Posterior {
  double alpha;
  double beta;
};
Posterior posterior(const decision::LearningSettings& settings, Prior prior, double contacts, double accepted);

class LearnedArms {
 public:
  explicit LearnedArms(const decision::LearningSettings& settings);
  ~LearnedArms();
  LearnedArms(LearnedArms&&) noexcept;
  LearnedArms& operator=(LearnedArms&&) noexcept;

  // Makes room for options up to `count` ids and sets the prior of one; an arm keeps what it has learned.
  void resize(decision::OptionId count);
  void set_prior(decision::OptionId option, Prior prior);

  // A shown offer counts as a contact. `date` is the decision's date; imported ones may be older than what is there.
  // `customer` is a hash of the customer; `weight` the learning reward (0 to 1000).
  void contact(decision::OptionId option, base::Time date, decision::LogOrder position, std::uint64_t customer,
               double weight = 1);

  // The contact of that decision with that option was accepted; nothing happens when it is not selected any more.
  void accept(decision::OptionId option, base::Time date, decision::LogOrder position);

  // Contacts older than `now` - processing_window drop out. Time never goes back. O(options) at most, O(1) mostly.
  void advance(base::Time now);

  // Back to the priors: everything so far is forgotten.
  void reset();

  // One entry an option id, always up to date.
  std::span<const double> alpha() const;
  std::span<const double> beta() const;
  std::span<const double> contacts() const;
  std::span<const double> accepted() const;

  // The whole state for a checkpoint (not the priors); decode refuses what was encoded with other settings.
  std::string encode() const;
  base::Status decode(std::string_view state);

  std::size_t memory_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace proffer::bandit
