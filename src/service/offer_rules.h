// The rules of `dynamic_eligibility`: what an offer must fulfil to be shown.
//
//   {"rules": [{"name": "adults only", "when": "offer.adult = true", "show": "customer.age >= 18"}]}
//
// An offer may be shown when every rule lets it: either its `when` does not hold (absent: it always does), or its
// `show` does. The language is document/rule.h.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time_text.h"
#include "document/rule.h"
#include "document/violations.h"

namespace proffer::service {

struct OfferRule {
  std::string name;
  document::Rule when;
  document::Rule show;
};

// Reads `dynamic_eligibility`. What is not there, empty, or of the original's form (`options_store_fields`,
// `projection`) has no rules. Every mistake is told with its place below `place`; a rule with one is left out.
std::vector<OfferRule> read_offer_rules(const std::optional<boost::json::value>& dynamic_eligibility,
                                        const base::TimeZone& zone, const document::Place& place,
                                        document::Violations& violations);

// Rules within one decision: what does not depend on the offer is evaluated once. `rules` and what `facts` looks at
// outlive it; `facts.offer` is not read.
class RulesInForce {
 public:
  RulesInForce(const std::vector<OfferRule>& rules, const document::RuleFacts& facts);

  // Index of the first rule that does not let the offer with this row be shown.
  std::optional<std::uint32_t> refusing(const boost::json::object& offer) const;

 private:
  struct Open {  // a rule that may refuse an offer
    std::uint32_t index;
    bool asks_when;  // else it is in force
    bool asks_show;  // else it refuses
  };

  const std::vector<OfferRule>& rules_;
  document::RuleFacts facts_;
  std::vector<Open> open_;
};

}  // namespace proffer::service
