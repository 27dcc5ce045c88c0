// Finds a customer's row for a campaign of kind spend_personality.
#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "base/result.h"
#include "service/definition.h"
#include "store/document_store.h"

namespace proffer::service {

bool is_spend_personality(const CampaignDocument& document);

// Makes the index that look_up_personality uses, which takes as long as reading the collection.
base::Status prepare_personality_lookup(store::DocumentStore& documents, const std::string& project,
                                        const CampaignDocument& document);

// The row of the customer, or of the customer whom `lookup.value` names when he has none; null when there is neither.
// A text that spells a number also finds a number, unless `lookup.value` shows the type of the field. Only what
// read_personality_row reads is kept. Errors: those of the store.
base::Result<boost::json::value> look_up_personality(store::DocumentStore& documents, const Definition& definition,
                                                     std::string_view customer);

}  // namespace proffer::service
