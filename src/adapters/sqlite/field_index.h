// The indexes of fields: which there are, their entries, and how they are made while others write.
//
// An index that exists is kept by every write, complete or not; making it complete only adds the entries of the
// documents that stood there before, in short transactions. A making that was cut off is begun anew.
#pragma once

#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite/database.h"
#include "store/document_store.h"

namespace proffer::adapters {

struct FieldIndex {
  std::int64_t number = 0;
  std::string path;
};

// Of the collection with this number.
base::Result<std::vector<FieldIndex>> field_indexes(Connection& connection, std::int64_t collection);

// Within a transaction: entries of the document `id` become those of `document` (null: of none) in place of those of
// the document that is stored now. Call before that one is replaced or removed.
base::Status index_document(Connection& connection, std::int64_t collection, std::span<const FieldIndex> indexes,
                            std::string_view id, const store::Document* document);

class FieldIndexes {
 public:
  explicit FieldIndexes(Database& database) : database_(database) {}

  // As DocumentStore::index; `collection` is its number.
  base::Status make(std::int64_t collection, std::string_view path);

 private:
  base::Result<std::int64_t> declare(std::int64_t collection, std::string_view path);
  base::Status fill(std::int64_t collection, const FieldIndex& index);
  base::Result<bool> fill_some(std::int64_t collection, const FieldIndex& index, std::string& from);
  base::Status complete(std::int64_t number);

  Database& database_;
  std::mutex making_;  // one index at a time; whoever needs it meanwhile waits
};

}  // namespace proffer::adapters
