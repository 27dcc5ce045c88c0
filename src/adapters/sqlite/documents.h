// The document port on SQLite: one table of JSON text, ordered by collection and id.
#pragma once

#include <memory>

#include "adapters/sqlite/database.h"
#include "store/document_store.h"

namespace proffer::adapters {

std::unique_ptr<store::DocumentStore> make_sqlite_documents(Database& database);

}  // namespace proffer::adapters
