#include "adapters/sqlite/document_batch.h"

#include "store/document_text.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;
using store::Collection;
using store::Document;

Status make_collection(Connection& connection, const Collection& collection) {
  return connection.query("INSERT INTO collection (database, name) VALUES (?, ?)")
      .text(collection.database)
      .text(collection.name)
      .run();
}

Status apply(Connection& connection, KnownCollections& collections, const PreparedPut& put) {
  TRY(const auto* collection, collections.find_or_make(put.collection));
  TRY_DO(index_text(connection, *collection, put));
  return connection.query("INSERT OR REPLACE INTO document (collection, id, body) VALUES (?, ?, ?)")
      .integer(collection->number)
      .text(put.id)
      .text(put.body)
      .run();
}

Status apply(Connection& connection, KnownCollections& collections, const store::Remove& remove) {
  TRY(const auto* collection, collections.find(remove.collection));
  TRY_DO(index_document(connection, collection->number, collection->indexes, remove.id, nullptr));
  return connection.query("DELETE FROM document WHERE collection = ? AND id = ?")
      .integer(collection->number)
      .text(remove.id)
      .run();
}

Status unindex_prefix(Connection& connection, const KnownCollection& collection, const std::string& prefix,
                      const std::string& above) {
  if (collection.indexes.empty()) return {};
  Query rows = connection.query("SELECT id FROM document WHERE collection = ? AND id >= ? AND id < ?");
  rows.integer(collection.number).text(prefix);
  bind_upper_bound(rows, above);
  for (;;) {
    TRY(const bool row, rows.step());
    if (!row) return {};
    TRY_DO(index_document(connection, collection.number, collection.indexes, rows.bytes_at(0), nullptr));
  }
}

Status apply(Connection& connection, KnownCollections& collections, const store::RemovePrefix& remove) {
  TRY(const auto* collection, collections.find(remove.collection));
  const std::string above = above_prefix(remove.id_prefix);
  TRY_DO(unindex_prefix(connection, *collection, remove.id_prefix, above));
  Query query = connection.query("DELETE FROM document WHERE collection = ? AND id >= ? AND id < ?");
  query.integer(collection->number).text(remove.id_prefix);
  bind_upper_bound(query, above);
  return query.run();
}

Result<bool> exists(Connection& connection, std::int64_t collection, std::string_view id) {
  return connection.query("SELECT 1 FROM document WHERE collection = ? AND id = ?").integer(collection).text(id).step();
}

}  // namespace

Result<PreparedPut> prepare_put(Collection collection, const Document& document) {
  TRY(std::string body, store::document_text(document));
  TRY(const auto id, store::id_of(document));
  return PreparedPut{std::move(collection), std::string(id), std::move(body)};
}

Result<Prepared> prepare(store::Write& write) {
  if (auto* put = std::get_if<store::Put>(&write)) return prepare_put(std::move(put->collection), put->document);
  if (auto* remove = std::get_if<store::Remove>(&write)) return std::move(*remove);
  return std::move(std::get<store::RemovePrefix>(write));
}

Result<std::int64_t> collection_number(Connection& connection, const Collection& collection) {
  Query rows = connection.query("SELECT number FROM collection WHERE database = ? AND name = ?");
  TRY(const bool found, rows.text(collection.database).text(collection.name).step());
  return found ? rows.integer_at(0) : 0;
}

Result<const KnownCollection*> KnownCollections::find(const Collection& collection) {
  if (name_ && *name_ == collection) return &known_;
  name_.reset();
  known_ = {};
  TRY(known_.number, collection_number(connection_, collection));
  if (known_.number != 0) {
    TRY(known_.indexes, field_indexes(connection_, known_.number));
    name_ = collection;
  }
  return &known_;
}

Result<const KnownCollection*> KnownCollections::find_or_make(const Collection& collection) {
  TRY(const auto* known, find(collection));
  if (known->number != 0) return known;
  TRY_DO(make_collection(connection_, collection));
  return find(collection);
}

Status index_text(Connection& connection, const KnownCollection& collection, const PreparedPut& put) {
  if (collection.indexes.empty()) return {};
  TRY(const Document document, store::parse_document(put.body));
  return index_document(connection, collection.number, collection.indexes, put.id, &document);
}

Status write_all(Connection& connection, const std::vector<Prepared>& batch) {
  TRY(Transaction transaction, Transaction::begin(connection));
  KnownCollections collections(connection);
  for (const auto& one : batch) {
    TRY_DO(std::visit([&](const auto& step) { return apply(connection, collections, step); }, one));
  }
  return transaction.commit();
}

Result<std::size_t> put_counting(Connection& connection, const std::vector<PreparedPut>& puts) {
  TRY(Transaction transaction, Transaction::begin(connection));
  KnownCollections collections(connection);
  std::size_t replaced = 0;
  for (const auto& put : puts) {
    TRY(const auto* known, collections.find_or_make(put.collection));
    TRY(const bool there, exists(connection, known->number, put.id));
    replaced += there ? 1 : 0;
    TRY_DO(apply(connection, collections, put));
  }
  TRY_DO(transaction.commit());
  return replaced;
}

std::string above_prefix(std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

// In SQLite's order every blob is above every text: the bound that does not bind.
void bind_upper_bound(Query& query, const std::string& above) {
  if (above.empty()) {
    query.blob({});
  } else {
    query.text(above);
  }
}

}  // namespace proffer::adapters
