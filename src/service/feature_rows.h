// The rows of a campaign's set-up feature store, whoever wrote them there.
#pragma once

#include <vector>

#include "base/result.h"
#include "service/definition.h"
#include "service/offer_rows.h"

namespace proffer::service {

// One row an offer and context: of several the last by id, but one that came through the offers' routes wins; with a
// column of take-up they are its history. Documents of other projects do not count. Reads the whole collection.
// `invalid` when it holds no row, or rows that are none, naming "feature_store[3].price"; `too_large` past
// limits::offers_per_campaign documents.
base::Result<std::vector<OfferRow>> read_feature_rows(store::DocumentStore& documents, const Definition& definition);

}  // namespace proffer::service
