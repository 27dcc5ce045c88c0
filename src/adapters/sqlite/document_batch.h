// Writes of documents within one transaction, and what is known of their collections meanwhile.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "adapters/sqlite/field_index.h"
#include "store/document_store.h"

namespace proffer::adapters {

// A step of a batch, checked and written out before the store is locked.
struct PreparedPut {
  store::Collection collection;
  std::string id;
  std::string body;
};
using Prepared = std::variant<PreparedPut, store::Remove, store::RemovePrefix>;

// Errors: as store::document_text.
base::Result<PreparedPut> prepare_put(store::Collection collection, const store::Document& document);
base::Result<Prepared> prepare(store::Write& write);

// All or nothing.
base::Status write_all(Connection& connection, const std::vector<Prepared>& batch);
// The same; how many ids were there.
base::Result<std::size_t> put_counting(Connection& connection, const std::vector<PreparedPut>& puts);

struct KnownCollection {
  std::int64_t number = 0;  // 0: there is no such collection
  std::vector<FieldIndex> indexes;
};

// 0 when there is no such collection.
base::Result<std::int64_t> collection_number(Connection& connection, const store::Collection& collection);

// What is known of collections within one transaction.
class KnownCollections {
 public:
  explicit KnownCollections(Connection& connection) : connection_(connection) {}

  // Until the next call.
  base::Result<const KnownCollection*> find(const store::Collection& collection);
  base::Result<const KnownCollection*> find_or_make(const store::Collection& collection);

 private:
  Connection& connection_;
  std::optional<store::Collection> name_;  // of the last one: batches mostly stay in one
  KnownCollection known_;
};

// Entries of the put document in the indexes of its collection; within a transaction, before the document is written.
base::Status index_text(Connection& connection, const KnownCollection& collection, const PreparedPut& put);

// The least text above everything that begins with `prefix`, or empty when there is none; and as a parameter of a
// query that nothing reaches then.
std::string above_prefix(std::string prefix);
void bind_upper_bound(Query& query, const std::string& above);

}  // namespace proffer::adapters
