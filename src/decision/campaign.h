// A campaign as the deciding code sees it: an immutable snapshot, made anew at every change and shared by requests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/time_text.h"
#include "base/uuid.h"
#include "decision/algorithm_settings.h"
#include "decision/constraints.h"

namespace proffer::decision {

// The index of an option within its campaign: given once, never given again, the index of its arm. Dense from 0.
using OptionId = std::uint32_t;

// Which contacts count in an arm, and how much. In this order: the window, the newest `processing_count`,
// of those the newest `interaction_count` per customer and option, then decay.
struct LearningSettings {
  double success_reward = 1;                       // added to alpha by an accepted contact, >= 0
  double fail_reward = 0.1;                        // added to beta by a contact that was not accepted, >= 0
  base::Micros processing_window{86'400'000'000};  // contacts older than this do not count; 0: all count
  std::uint64_t processing_count = 1000;           // newest contacts of an option that count; 0: all
  std::uint64_t interaction_count = 0;             // newest contacts of one customer with an option; 0: all
  double decay_gamma = 1;                          // >= 1; the n-th newest contact of a customer weighs gamma^-n

  bool operator==(const LearningSettings&) const = default;
};

// The two contextual variables. Blank matches every value.
struct Context {
  std::string one;
  std::string two;

  bool operator==(const Context&) const = default;
};

// What can be chosen: an offer in one context, with its prior and its price tags. What was learned about it is its arm.
struct Option {
  OptionId id = 0;
  std::string offer;
  Context context;
  std::uint64_t stream = 0;  // key of its random numbers: a hash of offer and context, so it outlives re-creation
  double alpha_zero = 1;     // > 0
  double beta_zero = 1;      // > 0
  double cost = 1;
  double price = 1;
  double value = 1;
  double margin = 1;  // what its score is multiplied with to give modified_offer_score: value - cost, or 1
  double weighting = 1;
  double learning_reward = 1;  // weight of a contact with this option in learning, 0 to 1000
};

// A distinct offer and its options: options[first, first + count) of the campaign.
struct Offer {
  std::string name;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  OfferConstraints constraints{};
};

struct Campaign {
  std::string project = "default";
  std::string name;
  base::Uuid uuid;
  std::uint32_t number = 0;   // short id of the uuid in log records; given once, never given again
  std::uint32_t version = 0;  // grows with every change of document or offers
  std::string approach = "binaryThompson";
  std::string sub_approach;
  double model_epsilon = 0;       // exploration within the algorithm, 0 to 1
  double deployment_epsilon = 0;  // exploration around it, 0 to 1
  LearningSettings learning;
  bool tracks_customers = false;  // each customer has arms of his own
  AlgorithmSettings settings;
  std::vector<std::string> features;  // names of the values that a model learns from, in its order
  base::Micros learning_interval{0};  // 0: recomputed on request only
  base::TimeZone time_zone;
  Constraints constraints;
  OptionId option_ids = 0;         // ids given so far, retired ones included: the number of arms
  std::vector<Option> options;     // those in service, grouped by offer
  std::vector<Offer> offers;       // in the order in which they were given
  std::vector<OptionId> offer_of;  // of each option id, retired ones too: the least id of an option of the same offer
};

}  // namespace proffer::decision
