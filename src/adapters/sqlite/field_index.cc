#include "adapters/sqlite/field_index.h"

#include <set>
#include <utility>

#include "store/document_text.h"
#include "store/field_key.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;
using store::Document;

// Read and indexed in one transaction, for which commits of the log wait: some 20 ms.
constexpr int documents_at_once = 500;
constexpr std::size_t bytes_at_once = 4 << 20;

Result<std::optional<Document>> stored_document(Connection& connection, std::int64_t collection, std::string_view id) {
  Query rows = connection.query("SELECT body FROM document WHERE collection = ? AND id = ?");
  TRY(const bool found, rows.integer(collection).text(id).step());
  if (!found) return std::nullopt;
  return store::parse_document(rows.bytes_at(0));
}

Status add(Connection& connection, std::int64_t field, std::string_view key, std::string_view id) {
  return connection.query("INSERT OR IGNORE INTO field_value (field, key, id) VALUES (?, ?, ?)")
      .integer(field)
      .text(key)
      .text(id)
      .run();
}

Status remove(Connection& connection, std::int64_t field, std::string_view key, std::string_view id) {
  return connection.query("DELETE FROM field_value WHERE field = ? AND key = ? AND id = ?")
      .integer(field)
      .text(key)
      .text(id)
      .run();
}

Status add_all(Connection& connection, const FieldIndex& index, std::string_view id, std::string_view body) {
  TRY(const Document document, store::parse_document(body));
  for (const auto& key : store::field_keys(document, index.path)) TRY_DO(add(connection, index.number, key, id));
  return {};
}

// How many documents; `from` becomes the least id behind them.
Result<std::size_t> index_some(Connection& connection, std::int64_t collection, const FieldIndex& index,
                               std::string& from) {
  const std::string begin = std::exchange(from, {});
  Query rows = connection.query("SELECT id, body FROM document WHERE collection = ? AND id >= ? ORDER BY id LIMIT ?");
  rows.integer(collection).text(begin).integer(documents_at_once);
  std::size_t documents = 0;
  for (std::size_t bytes = 0; bytes < bytes_at_once; ++documents) {
    TRY(const bool row, rows.step());
    if (!row) break;
    const std::string_view body = rows.bytes_at(1);
    TRY_DO(add_all(connection, index, rows.bytes_at(0), body));
    bytes += body.size();
    from = std::string(rows.bytes_at(0)) + '\0';
  }
  return documents;
}

std::set<std::string> keys_of(const Document* document, std::string_view path) {
  return document == nullptr ? std::set<std::string>{} : store::field_keys(*document, path);
}

}  // namespace

Result<std::vector<FieldIndex>> field_indexes(Connection& connection, std::int64_t collection) {
  Query rows = connection.query("SELECT number, path FROM field_index WHERE collection = ?");
  rows.integer(collection);
  std::vector<FieldIndex> found;
  for (;;) {
    TRY(const bool row, rows.step());
    if (!row) return found;
    found.push_back({rows.integer_at(0), std::string(rows.bytes_at(1))});
  }
}

Status index_document(Connection& connection, std::int64_t collection, std::span<const FieldIndex> indexes,
                      std::string_view id, const Document* document) {
  if (indexes.empty()) return {};
  TRY(const auto old, stored_document(connection, collection, id));
  for (const auto& index : indexes) {
    const auto before = keys_of(old ? &*old : nullptr, index.path);
    const auto after = keys_of(document, index.path);
    for (const auto& key : before) {
      if (!after.contains(key)) TRY_DO(remove(connection, index.number, key, id));
    }
    for (const auto& key : after) {
      if (!before.contains(key)) TRY_DO(add(connection, index.number, key, id));
    }
  }
  return {};
}

Status FieldIndexes::make(std::int64_t collection, std::string_view path) {
  const std::lock_guard one_at_a_time(making_);
  TRY(const std::int64_t number, declare(collection, path));
  if (number == 0) return {};
  TRY_DO(fill(collection, {number, std::string(path)}));
  return complete(number);
}

// The number of the index; 0 when it is complete already.
Result<std::int64_t> FieldIndexes::declare(std::int64_t collection, std::string_view path) {
  Database::Writer writer(database_);
  {
    Query rows = writer->query("SELECT number, complete FROM field_index WHERE collection = ? AND path = ?");
    TRY(const bool found, rows.integer(collection).text(path).step());
    if (found) return rows.integer_at(1) != 0 ? 0 : rows.integer_at(0);
  }
  TRY(const auto existing, field_indexes(*writer, collection));
  TRY_DO(store::check_index_count(existing.size()));
  TRY_DO(writer->query("INSERT INTO field_index (collection, path, complete) VALUES (?, ?, 0)")
             .integer(collection)
             .text(path)
             .run());
  return sqlite3_last_insert_rowid(writer->handle());
}

Status FieldIndexes::fill(std::int64_t collection, const FieldIndex& index) {
  std::string from;
  for (;;) {
    TRY(const bool more, fill_some(collection, index, from));
    if (!more) return {};
  }
}

// Documents with ids of at least `from`, which becomes the next; false when these were the last.
Result<bool> FieldIndexes::fill_some(std::int64_t collection, const FieldIndex& index, std::string& from) {
  Database::Writer writer(database_);
  TRY(Transaction transaction, Transaction::begin(*writer));
  TRY(const std::size_t indexed, index_some(*writer, collection, index, from));
  TRY_DO(transaction.commit());
  return indexed > 0;
}

Status FieldIndexes::complete(std::int64_t number) {
  Database::Writer writer(database_);
  return writer->query("UPDATE field_index SET complete = 1 WHERE number = ?").integer(number).run();
}

}  // namespace proffer::adapters
