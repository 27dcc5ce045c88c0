// Arms of each customer's own, where a campaign tracks customers one by one: the same fold as LearnedArms, one a
// person, kept for the persons that had a contact most recently.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "bandit/learned_arms.h"
#include "base/bytes.h"

namespace proffer::bandit {

// One entry an option id, as in ArmView.
struct ArmCounts {
  std::span<double> alpha, beta, contacts, accepted;
};

class PersonalArms {
 public:
  // At most `persons` >= 1 are remembered; the one whose last contact is oldest is forgotten first.
  PersonalArms(const decision::LearningSettings& settings, std::size_t persons);

  void contact(std::uint64_t person, decision::OptionId option, base::Time date, decision::LogOrder position,
               std::uint64_t customer, double weight);
  // Nothing happens when the person is not known, or was forgotten since.
  void accept(std::uint64_t person, decision::OptionId option, base::Time date, decision::LogOrder position);
  void reset();

  // Adds to `values`, which hold the priors, what this person's contacts taught up to `now`. O(his options).
  void add(std::uint64_t person, base::Time now, const ArmCounts& values);

  std::size_t persons() const { return known_.size(); }

  void encode(base::ByteWriter& out) const;
  bool decode(base::ByteReader& in);

 private:
  struct Person {
    std::uint64_t id = 0;
    decision::LogOrder since = 0;             // of the first contact that is remembered
    std::vector<decision::OptionId> options;  // whose arms `arms` holds, in this order
    LearnedArms arms;
  };
  using Order = std::list<Person>;  // the one with the latest contact first

  Person& at_front(std::uint64_t id, decision::LogOrder position);
  static decision::OptionId arm_of(Person& person, decision::OptionId option);
  static bool decode_person(base::ByteReader& in, Person& person);

  decision::LearningSettings settings_;
  std::size_t limit_;
  decision::LogOrder newest_ = 0;
  decision::LogOrder forgotten_ = 0;  // outcomes of what stands up to here do not count
  Order order_;
  std::unordered_map<std::uint64_t, Order::iterator> known_;
};

}  // namespace proffer::bandit
