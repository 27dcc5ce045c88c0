// What was looked up for a decision before it was made, and its form in the record: a replay reads it from there.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "decision/campaign.h"

namespace proffer::service {

// The list of a listed customer.
struct CustomerList {
  std::vector<std::string> offers;
  bool only = true;  // only these may be shown; otherwise any but these

  bool operator==(const CustomerList&) const = default;
};

// What a chat model said of the offers, or what is used in its place.
struct GenerativeReply {
  std::map<std::string, double> scores;  // by offer; the others score at random
  std::string fallback;                  // the algorithm that decides instead; empty: the scores do
  std::string reason;                    // why it does

  bool operator==(const GenerativeReply&) const = default;
};

// What the campaign's hooks said. It is there where one of them changed something or failed.
struct HookResults {
  std::map<std::string, double> rewards;           // by offer: what scores are multiplied with, else 1
  std::map<std::string, double> learning_rewards;  // by offer: the weight of the contact, else the option's
  std::vector<std::string> errors;                 // of hooks without which the campaign goes on
  std::vector<boost::json::object> added;          // by place: what post_score added to result_full; empty: nothing
  std::string post_error;                          // why nothing of post_score counts; empty: it does

  bool operator==(const HookResults&) const = default;
};

// An offer that was not shown, and the constraint that kept it out, as people call it.
struct LeftOutOffer {
  std::string offer;
  std::string rule;

  bool operator==(const LeftOutOffer&) const = default;
};

struct Gathered {
  boost::json::object features;              // looked up, given by the caller, and virtual
  std::vector<std::uint32_t> fallbacks;      // indexes of the look-ups that took their fallback customer
  decision::Context context;                 // the contextual variables in force
  std::string tracking;                      // the tracked value; empty: the customer
  std::vector<std::string> eligible_offers;  // empty: all
  std::optional<double> epsilon;             // in place of the campaign's deployment epsilon
  std::optional<CustomerList> whitelist;
  std::optional<GenerativeReply> generative;
  std::optional<HookResults> hooks;
  boost::json::value personality;                     // row of a spend-personality campaign; null: there is none
  std::optional<std::vector<LeftOutOffer>> left_out;  // why offers were left out, when it was asked for

  bool operator==(const Gathered&) const = default;
};

// As JSON text, never "{}"; members that are empty are left out, but for the context.
std::string gathered_text(const Gathered& gathered);
base::Result<Gathered> parse_gathered(std::string_view text);

}  // namespace proffer::service
