// A set-up feature store made from a list of offers: one row an offer and combination of contextual values.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "service/campaigns.h"
#include "service/ports.h"

namespace proffer::service {

struct SetUp {
  store::Collection offers;         // where the offers are
  std::string offer_column;         // which of its columns names them
  store::Collection feature_store;  // what is replaced
  std::string one_name, two_name;   // columns of the contextual variables; empty: there is none
  std::vector<std::string> one_values, two_values;
};

// Every distinct offer, in the order in which it first stands there, with every value of one and every value of two:
// how many rows that gave. The collection is replaced as a whole. `invalid` when there are no offers, or a collection
// is Proffer's own or holds what is another project's; `too_large` past limits::offers_per_campaign rows. Any failure
// leaves the collection as it was.
base::Result<std::size_t> rebuild_feature_store(const Ports& ports, const Campaigns& campaigns,
                                                const std::string& project, SetUp set_up);

}  // namespace proffer::service
