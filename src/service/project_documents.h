// Documents that users keep: which belong to a project, and which collections it may use.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/campaigns.h"
#include "service/ports.h"

namespace proffer::service {

// A document belongs to the project in its member `project`; without one, to every project.
bool is_of_project(const store::Document& document, const std::string& project);

// Calls `visit` for the project's documents in order of id, until it fails. Reads the whole collection.
base::Status for_each_of_project(store::DocumentStore& documents, const store::Collection& collection,
                                 const std::string& project,
                                 const std::function<base::Status(store::Document&&)>& visit);

// `invalid` at `location` for Proffer's own collections, for options stores, which are made from campaigns, and for
// what a campaign of another project uses.
base::Status check_open(const Campaigns& campaigns, const std::string& project, const store::Collection& collection,
                        const std::string& location);

// Puts documents in the place of the project's that are there. `conflict` when an id is another project's.
base::Status replace_documents(store::DocumentStore& documents, const store::Collection& collection,
                               const std::string& project, std::vector<store::Document> fresh);

// The document as it is stored: with an id, made when it has none, and its project.
store::Document owned(boost::json::object document, const std::string& project, const Ports& ports);

}  // namespace proffer::service
