// Which offers may be shown in one decision, and which constraint keeps each of the others out.
#pragma once

#include <boost/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "decision/constraints.h"
#include "ranking/usage.h"
#include "service/definition.h"
#include "service/gathered.h"

namespace proffer::service {

// What the constraints of a campaign look at.
struct Situation {
  const Definition& definition;
  const Gathered& gathered;
  const boost::json::object& params;
  const ranking::Usage& usage;
  base::Time now;
  std::uint64_t customer = 0;  // a hash
  std::string_view channel;
};

// Whether anything but `eligible_offers` and the context can keep an offer out.
bool is_constrained(const Definition& definition, const Gathered& gathered);

// The first constraint that keeps each offer out, if one does, in order of offers. Offers that no option fits are not
// among them. Pure. O(offers * constraints + events of the customer).
std::vector<decision::LeftOut> left_out_by_constraints(const Situation& situation);

// Those that no option fits, of the offers that `left_out` (in order of offers) does not name: put in their places.
void add_unfit(const Definition& definition, const decision::Context& context,
               std::vector<decision::LeftOut>& left_out);

// A constraint as people call it: "frequency_cap", "rule \"adults only\"".
std::string name_of(const decision::LeftOut& left_out, const Definition& definition);

}  // namespace proffer::service
