#include "adapters/sqlite/documents.h"

#include "store/document_text.h"
#include "store/update.h"

namespace proffer::adapters {
namespace {

using base::ErrorKind;
using base::Result;
using base::Status;
using store::Collection;
using store::Document;

// The least text above everything that begins with `prefix`, or empty when there is none.
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

// A step of a batch, checked and written out before the store is locked.
struct PreparedPut {
  Collection collection;
  std::string id;
  std::string body;
};
using Prepared = std::variant<PreparedPut, store::Remove, store::RemovePrefix>;

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

// Numbers of collections within one transaction.
class CollectionNumbers {
 public:
  explicit CollectionNumbers(Connection& connection) : connection_(connection) {}

  // 0 when there is no such collection.
  Result<std::int64_t> find(const Collection& collection) {
    if (known_ && *known_ == collection) return number_;
    Query rows = connection_.query("SELECT number FROM collection WHERE database = ? AND name = ?");
    TRY(const bool found, rows.text(collection.database).text(collection.name).step());
    if (!found) return 0;
    number_ = rows.integer_at(0);
    known_ = collection;
    return number_;
  }

  Result<std::int64_t> find_or_make(const Collection& collection) {
    TRY(const std::int64_t number, find(collection));
    if (number != 0) return number;
    TRY_DO(connection_.query("INSERT INTO collection (database, name) VALUES (?, ?)")
               .text(collection.database)
               .text(collection.name)
               .run());
    return find(collection);
  }

 private:
  Connection& connection_;
  std::optional<Collection> known_;  // the last one: batches mostly stay in one
  std::int64_t number_ = 0;
};

Status apply(Connection& connection, CollectionNumbers& numbers, const PreparedPut& put) {
  TRY(const std::int64_t number, numbers.find_or_make(put.collection));
  return connection.query("INSERT OR REPLACE INTO document (collection, id, body) VALUES (?, ?, ?)")
      .integer(number)
      .text(put.id)
      .text(put.body)
      .run();
}

Status apply(Connection& connection, CollectionNumbers& numbers, const store::Remove& remove) {
  TRY(const std::int64_t number, numbers.find(remove.collection));
  return connection.query("DELETE FROM document WHERE collection = ? AND id = ?").integer(number).text(remove.id).run();
}

Status apply(Connection& connection, CollectionNumbers& numbers, const store::RemovePrefix& remove) {
  TRY(const std::int64_t number, numbers.find(remove.collection));
  const std::string above = above_prefix(remove.id_prefix);
  Query query = connection.query("DELETE FROM document WHERE collection = ? AND id >= ? AND id < ?");
  query.integer(number).text(remove.id_prefix);
  bind_upper_bound(query, above);
  return query.run();
}

Status write_all(Connection& connection, const std::vector<Prepared>& batch) {
  TRY(Transaction transaction, Transaction::begin(connection));
  CollectionNumbers numbers(connection);
  for (const auto& one : batch) {
    TRY_DO(std::visit([&](const auto& step) { return apply(connection, numbers, step); }, one));
  }
  return transaction.commit();
}

Result<std::optional<Document>> read_one(Connection& connection, const Collection& collection, std::string_view id) {
  Query rows = connection.query(
      "SELECT body FROM document WHERE collection = (SELECT number FROM collection WHERE database = ? AND name = ?) "
      "AND id = ?");
  TRY(const bool found, rows.text(collection.database).text(collection.name).text(id).step());
  if (!found) return std::nullopt;
  return store::parse_document(rows.bytes_at(0));
}

const char* scan_statement(const store::ScanOptions& options) {
  if (options.after && *options.after >= options.id_prefix) {
    return "SELECT body FROM document "
           "WHERE collection = (SELECT number FROM collection WHERE database = ? AND name = ?) "
           "AND id > ? AND id < ? ORDER BY id";
  }
  return "SELECT body FROM document "
         "WHERE collection = (SELECT number FROM collection WHERE database = ? AND name = ?) "
         "AND id >= ? AND id < ? ORDER BY id";
}

class SqliteDocuments final : public store::DocumentStore {
 public:
  explicit SqliteDocuments(Database& database) : database_(database) {}

  Result<std::optional<Document>> get(const Collection& collection, std::string_view id) override {
    TRY(auto reader, database_.reader());
    return read_one(*reader, collection, id);
  }

  Status insert(const Collection& collection, Document document) override {
    TRY(const PreparedPut put, prepare_put(collection, document));
    Database::Writer writer(database_);
    TRY(Transaction transaction, Transaction::begin(*writer));
    TRY(const std::int64_t number, CollectionNumbers(*writer).find_or_make(collection));
    const Status inserted = writer->query("INSERT INTO document (collection, id, body) VALUES (?, ?, ?)")
                                .integer(number)
                                .text(put.id)
                                .text(put.body)
                                .run();
    if (!inserted && inserted.error().kind == ErrorKind::conflict) return exists_already(put);
    TRY_DO(inserted);
    return transaction.commit();
  }

  Status put(const Collection& collection, Document document) override {
    TRY(Prepared put, prepare_put(collection, document));
    std::vector<Prepared> batch;
    batch.push_back(std::move(put));
    Database::Writer writer(database_);
    return write_all(*writer, batch);
  }

  Result<std::optional<Document>> update(const Collection& collection, std::string_view id,
                                         const store::Update& update) override {
    Database::Writer writer(database_);
    TRY(auto document, read_one(*writer, collection, id));
    if (!document) return std::nullopt;
    TRY_DO(store::apply(update, *document));
    TRY(Prepared put, prepare_put(collection, *document));
    std::vector<Prepared> batch;
    batch.push_back(std::move(put));
    TRY_DO(write_all(*writer, batch));
    return document;
  }

  Result<bool> remove(const Collection& collection, std::string_view id) override {
    Database::Writer writer(database_);
    TRY_DO(writer
               ->query("DELETE FROM document WHERE collection = "
                       "(SELECT number FROM collection WHERE database = ? AND name = ?) AND id = ?")
               .text(collection.database)
               .text(collection.name)
               .text(id)
               .run());
    return writer->changes() > 0;
  }

  Result<std::vector<Document>> scan(const Collection& collection, const document::Filter& filter,
                                     const store::ScanOptions& options) override {
    TRY(auto reader, database_.reader());
    const std::string lower = std::max(options.id_prefix, options.after.value_or(""));
    const std::string above = above_prefix(options.id_prefix);
    Query rows = reader->query(scan_statement(options));
    rows.text(collection.database).text(collection.name).text(lower);
    bind_upper_bound(rows, above);
    std::vector<Document> found;
    while (found.size() < options.limit) {
      TRY(const bool row, rows.step());
      if (!row) break;
      TRY(Document document, store::parse_document(rows.bytes_at(0)));
      if (filter.matches(document)) found.push_back(std::move(document));
    }
    return found;
  }

  Result<std::vector<Collection>> collections() override {
    TRY(auto reader, database_.reader());
    Query rows = reader->query(
        "SELECT database, name FROM collection "
        "WHERE EXISTS (SELECT 1 FROM document WHERE collection = collection.number) ORDER BY database, name");
    std::vector<Collection> found;
    for (;;) {
      TRY(const bool row, rows.step());
      if (!row) return found;
      found.push_back({std::string(rows.bytes_at(0)), std::string(rows.bytes_at(1))});
    }
  }

  Status write(std::vector<store::Write> batch) override {
    std::vector<Prepared> prepared;
    prepared.reserve(batch.size());
    for (auto& one : batch) {
      TRY(auto step, prepare(one));
      prepared.push_back(std::move(step));
    }
    Database::Writer writer(database_);
    return write_all(*writer, prepared);
  }

  Status ping() override {
    TRY(auto reader, database_.reader());
    return reader->query("SELECT count(*) FROM sqlite_master").run();
  }

  Status reopen() override { return database_.reopen(); }

 private:
  static Status exists_already(const PreparedPut& put) {
    return base::fail(ErrorKind::conflict,
                      "\"" + put.id + "\" exists already in " + put.collection.database + "." + put.collection.name);
  }

  Database& database_;
};

}  // namespace

std::unique_ptr<store::DocumentStore> make_sqlite_documents(Database& database) {
  return std::make_unique<SqliteDocuments>(database);
}

}  // namespace proffer::adapters
