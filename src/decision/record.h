// What the log holds: every decision, every outcome, and the events that change what they mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "decision/campaign.h"
#include "decision/log_position.h"

namespace proffer::decision {

// How slot and slate propensities were found.
enum class PropensityMethod : std::uint8_t {
  none = 0,  // switched off
  closed_form = 1,
  quadrature = 2,
  draws = 3,  // conditional Monte Carlo, `propensity_draws` draws
};

// One offer of a slate as it was shown. Its place is its index in the slate.
struct ShownOffer {
  OptionId option = 0;
  double score = 0;
  double slot_propensity = 0;   // P(this offer in this place), after all constraints and both epsilons
  double slate_propensity = 0;  // P(this offer anywhere in the slate)
  double contacts = 0;  // the weight of contacts and of accepted contacts that the arm had: alpha and beta follow
  double accepted = 0;
  double learning_reward = 1;  // weight of this contact in learning
  bool nominated = false;      // had the largest observed take-up of its candidates
  double reward = 1;           // what the campaign's reward hook multiplies the score with: arm_reward = score * reward
  double spend = 0;            // what this contact takes from the offer's budget

  bool operator==(const ShownOffer&) const = default;
};

// The idempotency key of the call that caused a record, and a hash of the body it came with.
struct CallKey {
  std::string route;
  std::string key;
  std::uint64_t body_hash = 0;

  bool operator==(const CallKey&) const = default;
};

struct DecisionRecord {
  base::Uuid uuid;             // version 7 of the record's time; the seed is a hash of it
  std::uint32_t campaign = 0;  // Campaign::number
  std::uint32_t campaign_version = 0;
  std::string customer;
  std::string channel;
  std::string subcampaign;
  std::string userid;
  std::string in_params;        // the merged parameters as JSON text, "{}" when there were none
  std::string gathered = "{}";  // what was looked up for this decision, as JSON text: a replay reads it from here
  std::string tracking;         // whose arms these are, where it is not the customer's name
  std::uint32_t asked = 1;      // numberoffers
  std::uint32_t eligible = 0;   // candidates after all constraints
  bool explore = false;         // the deployment epsilon was hit
  bool explore_model = false;   // the model epsilon was hit
  PropensityMethod method = PropensityMethod::none;
  std::uint32_t propensity_draws = 0;
  std::uint32_t duration_us = 0;   // deciding, without what was gathered before
  std::optional<base::Time> date;  // of an imported decision: when it really happened
  std::uint32_t first_rank = 1;    // rank of shown[0]; more than 1 only where an import knows one place of a slate
  std::vector<ShownOffer> shown;   // in rank order
  std::uint64_t cache_key = 0;     // under which this answer may be repeated; 0: it may not
  std::optional<base::Uuid> cached_from = {};  // the decision whose answer this one repeats
  LogVector others = {};  // what its snapshot had folded of other nodes; of its own node, all before it
  bool erased = false;    // its customer was: another name stands for him, and it cannot be replayed
  std::optional<CallKey> call;

  bool operator==(const DecisionRecord&) const = default;
};

// An offer of a decision that was accepted.
struct Accepted {
  std::uint32_t place = 0;  // its index in the slate
  OptionId option = 0;
  double spend = 0;  // what this acceptance takes from the offer's budget

  bool operator==(const Accepted&) const = default;
};

struct OutcomeRecord {
  base::Uuid uuid;  // its own, `response_uuid`
  base::Uuid decision;
  LogPosition decision_position = 0;
  std::uint32_t campaign = 0;
  base::Time decision_date;        // date_of() the decision: with its position, the key of its contacts
  std::uint64_t customer = 0;      // hash of the decision's customer; 0 in records made before it was kept
  std::uint64_t person = 0;        // hash of DecisionRecord::tracking, where that is not empty
  std::vector<Accepted> accepted;  // each for the first time
  std::string channel;
  std::string transaction_id;
  std::optional<base::Time> date;  // of an imported outcome
  std::optional<CallKey> call;

  bool operator==(const OutcomeRecord&) const = default;
};

// All arms of a campaign were folded anew from the whole log before this position: earlier resets no longer count.
struct RecomputationRecord {
  std::uint32_t campaign = 0;
  bool operator==(const RecomputationRecord&) const = default;
};

// The options of a campaign went back to their priors: what stands before this position does not count until the next
// recomputation.
struct ResetRecord {
  std::uint32_t campaign = 0;
  bool operator==(const ResetRecord&) const = default;
};

// A campaign's new definition is in force from here on. What the fold needs to replay: which version decided what.
struct DefinitionRecord {
  std::uint32_t campaign = 0;
  std::uint32_t version = 0;
  bool deleted = false;
  std::optional<CallKey> call;
  bool operator==(const DefinitionRecord&) const = default;
};

// What a campaign had learned from all that `folded` holds, before that is pruned: recomputation begins here. It
// changes nothing where it stands. A large one comes in parts, in order, which may have other records between them
// (store/baseline.h).
struct BaselineRecord {
  std::uint32_t campaign = 0;
  LogVector folded = {};
  LogPosition first = 0;  // of its parts; 0: this one
  bool last = true;       // of its parts
  std::string bytes;
  bool operator==(const BaselineRecord&) const = default;
};

// A customer was given another name in all that was stored before this. Which one he had is not kept.
struct ErasureRecord {
  std::uint32_t campaign = 0;  // none
  std::string project;
  std::string replacement;
  std::uint64_t records = 0;    // of the log that were changed
  std::uint64_t documents = 0;  // of collections
  bool operator==(const ErasureRecord&) const = default;
};

using Record = std::variant<DecisionRecord, OutcomeRecord, RecomputationRecord, ResetRecord, DefinitionRecord,
                            BaselineRecord, ErasureRecord>;

// A record with its place and time. Times never repeat or go back within one log.
struct LogEntry {
  LogPosition position = 0;
  base::Time time;
  Record record;
};

// When a decision counts as made: imported ones keep their own date.
inline base::Time date_of(const DecisionRecord& decision, base::Time stored) { return decision.date.value_or(stored); }

}  // namespace proffer::decision
