#include "adapters/sqlite/documents.h"

#include "adapters/sqlite/document_batch.h"
#include "adapters/sqlite/field_index.h"
#include "store/document_text.h"
#include "store/field_key.h"
#include "store/update.h"

namespace proffer::adapters {
namespace {

using base::ErrorKind;
using base::Result;
using base::Status;
using store::Collection;
using store::Document;
namespace json = boost::json;

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

// As far as the index knows: documents with the value's key.
constexpr const char* find_by_statement =
    "SELECT document.body FROM field_value JOIN document ON document.collection = ? AND document.id = field_value.id "
    "WHERE field_value.field = ? AND field_value.key = ? ORDER BY field_value.id";

// The number of a complete index; 0 when there is none.
Result<std::int64_t> complete_index(Connection& connection, std::int64_t collection, std::string_view path) {
  Query rows = connection.query("SELECT number FROM field_index WHERE collection = ? AND path = ? AND complete = 1");
  TRY(const bool found, rows.integer(collection).text(path).step());
  return found ? rows.integer_at(0) : 0;
}

// The next documents that match, until there are `limit`.
Result<std::vector<Document>> read_matching(Query& rows, const document::Filter& filter, std::size_t limit,
                                            std::size_t max_bytes = store::ScanOptions{}.max_bytes) {
  std::vector<Document> found;
  for (std::size_t bytes = 0; found.size() < limit && bytes < max_bytes;) {
    TRY(const bool row, rows.step());
    if (!row) break;
    const std::string_view body = rows.bytes_at(0);
    TRY(Document document, store::parse_document(body));
    if (!filter.matches(document)) continue;
    found.push_back(std::move(document));
    bytes += body.size();
  }
  return found;
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
    KnownCollections collections(*writer);
    TRY(const auto* known, collections.find_or_make(collection));
    TRY_DO(index_text(*writer, *known, put));
    const Status inserted = writer->query("INSERT INTO document (collection, id, body) VALUES (?, ?, ?)")
                                .integer(known->number)
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

  Result<std::size_t> put_all(const Collection& collection, std::vector<Document> documents) override {
    std::vector<PreparedPut> puts;
    puts.reserve(documents.size());
    for (const auto& document : documents) {
      TRY(auto put, prepare_put(collection, document));
      puts.push_back(std::move(put));
    }
    Database::Writer writer(database_);
    return put_counting(*writer, puts);
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
    TRY_DO(write_all(*writer, {store::Remove{collection, std::string(id)}}));
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
    return read_matching(rows, filter, options.limit, options.max_bytes);
  }

  Result<std::vector<Document>> find_by(const Collection& collection, std::string_view path, const json::value& value,
                                        std::size_t limit) override {
    TRY_DO(store::check_field_value(value));
    if (path == "_id") return find_by_id(collection, value, limit);
    TRY(auto found, find_indexed(collection, path, value, limit));
    if (found) return std::move(*found);
    TRY_DO(index(collection, path));
    TRY(found, find_indexed(collection, path, value, limit));
    return std::move(found).value();
  }

  Status index(const Collection& collection, std::string_view path) override {
    TRY_DO(store::check_indexed_path(path));
    if (path == "_id") return {};
    TRY(const std::int64_t number, number_of(collection));
    return indexes_.make(number, path);
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
  Result<std::vector<Document>> find_by_id(const Collection& collection, const json::value& id, std::size_t limit) {
    std::vector<Document> found;
    if (!id.is_string() || limit == 0) return found;
    TRY(auto document, get(collection, id.get_string()));
    if (document) found.push_back(std::move(*document));
    return found;
  }

  // Nothing when there is no index yet.
  Result<std::optional<std::vector<Document>>> find_indexed(const Collection& collection, std::string_view path,
                                                            const json::value& value, std::size_t limit) {
    TRY(auto reader, database_.reader());
    TRY(const std::int64_t number, collection_number(*reader, collection));
    TRY(const std::int64_t field, complete_index(*reader, number, path));
    if (field == 0) return std::nullopt;
    const std::string key = *store::field_key(value);
    Query rows = reader->query(find_by_statement);
    rows.integer(number).integer(field).text(key);
    return read_matching(rows, {{{std::string(path), document::Compare::equal, value}}}, limit);
  }

  Result<std::int64_t> number_of(const Collection& collection) {
    Database::Writer writer(database_);
    KnownCollections collections(*writer);
    TRY(const auto* known, collections.find_or_make(collection));
    return known->number;
  }

  static Status exists_already(const PreparedPut& put) {
    return base::fail(ErrorKind::conflict,
                      "\"" + put.id + "\" exists already in " + put.collection.database + "." + put.collection.name);
  }

  Database& database_;
  FieldIndexes indexes_{database_};
};

}  // namespace

std::unique_ptr<store::DocumentStore> make_sqlite_documents(Database& database) {
  return std::make_unique<SqliteDocuments>(database);
}

}  // namespace proffer::adapters
