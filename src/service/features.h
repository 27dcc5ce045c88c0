// What is looked up of a customer for one decision: features, the whitelist, and the contextual variables that follow.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "decision/campaign.h"
#include "service/campaign_document.h"
#include "service/gathered.h"
#include "service/sources.h"
#include "service/table_source.h"
#include "store/document_store.h"

namespace proffer::service {

struct Features {
  boost::json::object values;
  std::vector<std::uint32_t> fallbacks;  // the look-ups that took the document of their fallback customer
};

// The features that the request alone gives: its pairs, and the virtual variables.
boost::json::object features_given(const Sources& sources, const boost::json::object& params);

// The features of `customer`: what the request gives as pairs (`input`, `value`), or else the documents of all look-ups
// merged in their order (a later one wins; `_id` is left out) with the defaults where no document has a value; then the
// virtual variables. A look-up finds the document whose field `lookup.key` is the customer, as a number when
// `lookup.value` is one; if there is none, that of `lookup.value`, unless this is null or "". Those of another database
// are asked of `tables`, null where none is configured.
// Errors: those of the store and of TableSource; `unavailable` for a look-up there without it.
base::Result<Features> look_up_features(store::DocumentStore& documents, const std::string& project,
                                        const Sources& sources, const std::string& customer,
                                        const boost::json::object& params, TableSource* tables = nullptr);

// Whether looking up waits for another server.
bool looks_up_elsewhere(const Sources& sources);

// The list of a customer who is listed.
base::Result<std::optional<CustomerList>> look_up_list(store::DocumentStore& documents, const std::string& project,
                                                       const WhitelistFields& whitelist, const std::string& customer);

// The contextual variables, each the first that is there of
//   the request's: contextual_variable_one in `params`, or in its pairs, blank included;
//   the feature that `…_lookup` names, else the one that `…_name` names;
//   value[0] for one, value[1] for two, when `params` has `value` and no `input`;
//   blank.
decision::Context context_in_force(const ContextualVariables& variables, const boost::json::object& params,
                                   const boost::json::object& features);

// Makes the indexes that looking up uses, so that the first decision need not. Call it when a campaign was saved.
// `invalid` for a look-up elsewhere where `tables` is null.
base::Status index_sources(store::DocumentStore& documents, const TableSource* tables, const std::string& project,
                           const Sources& sources);

}  // namespace proffer::service
