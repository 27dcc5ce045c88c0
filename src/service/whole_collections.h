// Whole collections of users, read and replaced.
#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "service/ports.h"

namespace proffer::service {

// Calls `visit` for every document in order of id, until it fails.
base::Status for_each_document(store::DocumentStore& documents, const store::Collection& collection,
                               const std::function<base::Status(store::Document&&)>& visit);

// Puts documents in the place of those that are there.
base::Status replace_documents(store::DocumentStore& documents, const store::Collection& collection,
                               std::vector<store::Document> fresh);

// The document with an id, made when it has none.
store::Document with_id(boost::json::object document, const Ports& ports);

}  // namespace proffer::service
