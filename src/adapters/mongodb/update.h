// Changing one document as one.
#pragma once

#include <optional>
#include <string>

#include "adapters/mongodb/connection.h"
#include "store/document_store.h"

namespace proffer::adapters {

// DocumentStore::update. What MongoDB's operators say of an update exactly is one command of theirs; the rest (paths
// that overlap, elements of arrays) is worked out here and written if the members concerned are still what they were,
// again and again up to limits::update_attempts times. A lost answer is not repeated: an increment would count twice.
base::Result<std::optional<store::Document>> update_document(const MongoClient& client, const std::string& database,
                                                             const std::string& collection, std::string_view id,
                                                             const store::Update& update);

}  // namespace proffer::adapters
