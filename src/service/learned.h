// Everything that a campaign's log folds into: what was learned of its options, what was spent, who saw what, and which
// answers may be repeated.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bandit/learned_arms.h"
#include "bandit/model.h"
#include "bandit/personal_arms.h"
#include "base/result.h"
#include "decision/record.h"
#include "ranking/usage.h"
#include "service/answer_cache.h"
#include "service/definition.h"

namespace proffer::service {

// Hash of a customer, for caps, decay, models and personal arms.
std::uint64_t customer_key(std::string_view customer);
// Whose arms a decision is about: the tracked value, else the customer.
std::uint64_t person_key(const decision::DecisionRecord& decision);

class Learned {
 public:
  // Nothing yet: the definition's settings, room for all its options, their priors.
  explicit Learned(const Definition& definition);

  // Takes over what of a new definition can change without folding anew: priors and new options. same_fold() says
  // whether that is enough.
  void set_definition(const Definition& definition);

  void contact(const decision::DecisionRecord& decision, base::Time stored, store::LogPosition position);
  void outcome(const decision::OutcomeRecord& outcome, base::Time stored);
  void advance(base::Time now);
  void reset();        // of what was learned; budgets, caps and answers are no matter of learning
  void end_answers();  // after an edit or a refresh

  // For a checkpoint; decode is called on a fresh one and refuses what was encoded with other settings.
  std::string encode() const;
  base::Status decode(std::string_view state);

  bandit::LearnedArms arms;
  std::unique_ptr<bandit::Model> model;          // null: the algorithm needs none
  std::optional<bandit::PersonalArms> personal;  // where each customer has arms of his own
  ranking::Usage usage;
  AnswerCache answers;

 private:
  std::vector<std::string> features_;
  std::uint64_t fingerprint_;  // of all settings that the fold depends on, but those that its parts look after
};

// Whether a fold under one definition goes on under another.
bool same_fold(const Definition& one, const Definition& other);

// The values of the named features for a decision, from what was looked up, else what the request said; "" where
// neither has it.
std::vector<std::string> feature_values(std::span<const std::string> names, const boost::json::object& looked_up,
                                        const boost::json::object& params);

}  // namespace proffer::service
