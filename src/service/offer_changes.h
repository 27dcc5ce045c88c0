// From rows of offers to the options of a campaign, and to the documents in which both are kept.
#pragma once

#include <span>
#include <vector>

#include "service/definition.h"
#include "service/offer_rows.h"

namespace proffer::service {

struct Merge {
  std::size_t added = 0;    // options that are new or back
  std::size_t retired = 0;  // options that left
};

// Gives `definition` the options that follow from the rows: known ones keep their id, new ones get the next. `replace`:
// those that no row names retire.
Merge merge_rows(Definition& definition, std::span<const OfferRow> rows, bool replace, base::Time now);

// The rows as documents of the set-up feature store; of a history the last row stands under the offer's own id.
// `replace`: nothing else stays there.
void append_feature_rows(std::vector<store::Write>& writes, const Definition& definition,
                         std::span<const OfferRow> rows, bool replace);

// The options in service as documents of the options store, in place of those that are there.
void append_option_documents(std::vector<store::Write>& writes, const Definition& definition, base::Time now);

// Completes `definition` with the offers that its kind needs and that it does not have; the writes that store it as a
// version of its own.
base::Result<std::vector<store::Write>> complete_with_offers(Definition& definition, bool options_changed,
                                                             base::Time now);

}  // namespace proffer::service
