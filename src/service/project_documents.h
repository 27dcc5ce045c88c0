// Whole collections of a project, read and replaced, and which of them it may use.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aggregation/pipeline.h"
#include "base/result.h"
#include "service/campaigns.h"
#include "service/ports.h"

namespace proffer::service {

// Calls `visit` for every document in order of id, until it fails.
base::Status for_each_document(store::DocumentStore& documents, const store::Collection& collection,
                               const std::function<base::Status(store::Document&&)>& visit);

// `invalid` at `location` for Proffer's own collections, for options stores, which are made from campaigns, and for
// what a campaign of another project uses.
base::Status check_open(const Campaigns& campaigns, const std::string& project, const store::Collection& collection,
                        const std::string& location);

// store::aggregate at this moment, with a seed of its own.
base::Result<std::vector<boost::json::object>> aggregate(const Ports& ports, const store::Collection& collection,
                                                         const aggregation::Pipeline& pipeline);

// Puts documents in the place of those that are there.
base::Status replace_documents(store::DocumentStore& documents, const store::Collection& collection,
                               std::vector<store::Document> fresh);

// The document with an id, made when it has none.
store::Document with_id(boost::json::object document, const Ports& ports);

}  // namespace proffer::service
