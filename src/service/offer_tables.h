// The offer matrix and the table of budgets: collections with one row an offer, read when a campaign is saved, when its
// offers change and at /refresh, so that what a decision used is part of the campaign's version.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "service/definition.h"
#include "store/document_store.h"

namespace proffer::service {

// What a row says of an offer; numbers may be text.
struct OfferTags {
  std::optional<double> cost;         // `cost`, else `offer_cost`
  std::optional<double> price;        // `price`, else `offer_price`
  std::optional<double> value;        // `offer_value`, else `value`, else the price
  std::optional<double> spend_limit;  // >= 0, or -1
};

OfferTags offer_tags(const boost::json::object& row);

using OfferTable = std::unordered_map<std::string, OfferTags>;  // by offer

// All rows of a collection that name an offer in `key` (blank: offer, offer_name or offer_id); of several the last.
// Errors: those of the store; too_large past limits::offers_per_campaign rows.
base::Result<OfferTable> read_offer_table(store::DocumentStore& documents, const store::Collection& collection,
                                          const std::string& key);

// Sets cost, price and value of every option in service: what the matrix says of the offer, else the offer's own row,
// else 1 – or 0 where there is a matrix without this offer, which is logged once. And the spend_limit: of the offer's
// own row, else of the table of budgets, else of the matrix, else none. Whether anything changed.
bool set_offer_tags(Definition& definition, const std::optional<OfferTable>& matrix,
                    const std::optional<OfferTable>& budgets);

bool has_offer_tables(const CampaignDocument& document);

// Reads the tables that the campaign's document names, and sets what they say, or takes back what earlier ones said
// (`had_tables`). Before complete(). Whether anything changed.
base::Result<bool> read_offer_tables(store::DocumentStore& documents, Definition& definition, bool had_tables);

}  // namespace proffer::service
