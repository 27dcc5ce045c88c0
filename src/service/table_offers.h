// Offers that another database keeps, copied into a collection (the original's cassandra_offer_query).
#pragma once

#include <string>

#include "base/result.h"
#include "service/campaigns.h"
#include "service/ports.h"

namespace proffer::service {

struct TableOffers {
  std::string query;       // one SELECT in CQL
  store::Collection into;  // what is replaced
};

// Every row becomes a document: how many. An `_id` that is a text stays; other rows get theirs in the order in which
// they come. The collection is replaced as a whole, once all rows are there. `invalid` where no such database is
// configured, for a query that is none, for one without rows, and for a collection as rebuild_feature_store refuses it;
// `too_large` past limits::offers_per_campaign rows or limits::body_offers_bytes; as TableSource::select. Any failure
// leaves the collection as it was. Waits for the other server: call it on a thread that may wait, holding no lock.
base::Result<std::size_t> copy_table_offers(const Ports& ports, const Campaigns& campaigns, const std::string& project,
                                            TableOffers offers);

}  // namespace proffer::service
