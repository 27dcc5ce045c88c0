// The document port on MongoDB: a collection is the server's collection of that name, a document one of its documents.
// bson_values.h says how values are kept, member_names.h how names are.
#pragma once

#include <memory>
#include <string>

#include "adapters/mongodb/connection.h"
#include "store/document_store.h"

namespace proffer::adapters {

// `connection` must outlive it.
std::unique_ptr<store::DocumentStore> make_mongo_documents(MongoConnection& connection, std::string database_prefix);

}  // namespace proffer::adapters
