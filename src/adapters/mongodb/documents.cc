#include "adapters/mongodb/documents.h"

#include <algorithm>
#include <limits>

#include "adapters/mongodb/bson_values.h"
#include "adapters/mongodb/collection.h"
#include "adapters/mongodb/errors.h"
#include "adapters/mongodb/field_indexes.h"
#include "adapters/mongodb/filter.h"
#include "adapters/mongodb/member_names.h"
#include "adapters/mongodb/update.h"
#include "store/document_text.h"
#include "store/field_key.h"

namespace proffer::adapters {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using base::Result;
using base::Status;
using store::Collection;
using store::Document;

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

// What every store refuses, then what MongoDB does.
Result<Bson> checked_bson(const Document& document) {
  TRY_DO(store::document_text(document));
  return to_bson(document);
}

Result<WriteStep> replacement(const Document& document) {
  TRY(auto bson, checked_bson(document));
  return WriteStep{WriteStep::Kind::replace, id_selector(document.at("_id").get_string()), std::move(bson)};
}

WriteStep removal(Bson selector) { return {WriteStep::Kind::remove, std::move(selector), {}}; }

// Neighbouring steps of one collection.
struct Run {
  Collection collection;
  std::vector<WriteStep> steps;
};

Status append_steps(std::vector<WriteStep>& steps, const store::Put& put) {
  TRY(auto step, replacement(put.document));
  steps.push_back(std::move(step));
  return {};
}

Status append_steps(std::vector<WriteStep>& steps, const store::Remove& remove) {
  steps.push_back(removal(id_selector(remove.id)));
  return {};
}

Status append_steps(std::vector<WriteStep>& steps, const store::RemovePrefix& remove) {
  for (auto& selector : prefix_selectors(remove.id_prefix)) steps.push_back(removal(std::move(selector)));
  return {};
}

Result<std::vector<Run>> runs_of(const std::vector<store::Write>& batch) {
  std::vector<Run> runs;
  for (const auto& one : batch) {
    TRY_DO(std::visit(
        [&](const auto& step) {
          if (runs.empty() || runs.back().collection != step.collection) runs.push_back({step.collection, {}});
          return append_steps(runs.back().steps, step);
        },
        one));
  }
  return runs;
}

std::vector<std::string> names_in(mongoc_cursor_t* cursor) {
  std::vector<std::string> names;
  const bson_t* one = nullptr;
  while (mongoc_cursor_next(cursor, &one)) {
    bson_iter_t iter;
    if (bson_iter_init_find(&iter, one, "name") && BSON_ITER_HOLDS_UTF8(&iter))
      names.emplace_back(bson_iter_utf8(&iter, nullptr));
  }
  return names;
}

class MongoDocuments final : public store::DocumentStore {
 public:
  MongoDocuments(MongoConnection& connection, std::string prefix)
      : connection_(connection), prefix_(std::move(prefix)) {}

  Result<std::optional<Document>> get(const Collection& collection, std::string_view id) override {
    TRY(const auto client, connection_.client());
    return update_document(client, database_of(collection), collection.name, id, {});
  }

  Status insert(const Collection& collection, Document document) override {
    TRY(const Bson bson, checked_bson(document));
    TRY(const auto client, connection_.client());
    const auto held = open(client, collection);
    bson_error_t error;
    if (mongoc_collection_insert_one(held.get(), bson, nullptr, nullptr, &error)) return {};
    if (is_passing(error) && !connection_.repeats_writes()) return insert_again(held.get(), bson, document, collection);
    if (is_duplicate_key(error)) return exists_already(document, collection);
    return tl::unexpected(error_of(error));
  }

  Status put(const Collection& collection, Document document) override {
    TRY(auto step, replacement(document));
    std::vector<WriteStep> steps;
    steps.push_back(std::move(step));
    TRY_DO(write_steps(collection, steps));
    return {};
  }

  Result<std::size_t> put_all(const Collection& collection, std::vector<Document> documents) override {
    std::vector<WriteStep> steps;
    steps.reserve(documents.size());
    for (const auto& document : documents) {
      TRY(auto step, replacement(document));
      steps.push_back(std::move(step));
    }
    TRY(const Written written, write_steps(collection, steps));
    return steps.size() - std::min(written.inserted, steps.size());
  }

  Result<std::optional<Document>> update(const Collection& collection, std::string_view id,
                                         const store::Update& update) override {
    TRY(const auto client, connection_.client());
    return update_document(client, database_of(collection), collection.name, id, update);
  }

  // Not repeated when the answer was lost: a second time would say that it was not there.
  Result<bool> remove(const Collection& collection, std::string_view id) override {
    TRY(const auto client, connection_.client());
    const auto held = open(client, collection);
    std::vector<WriteStep> steps;
    steps.push_back(removal(id_selector(id)));
    TRY(const Written written, write_in_order(held.get(), steps, false));
    return written.removed > 0;
  }

  Result<std::vector<Document>> scan(const Collection& collection, const document::Filter& filter,
                                     const store::ScanOptions& options) override {
    if (options.limit == 0) return std::vector<Document>{};
    return read_matching(collection, query_of(filter), {options.id_prefix, options.after, options.limit}, filter,
                         options);
  }

  Result<std::vector<Document>> find_by(const Collection& collection, std::string_view path, const json::value& value,
                                        std::size_t limit) override {
    TRY_DO(store::check_field_value(value));
    if (path == "_id") return find_by_id(collection, value, limit);
    TRY_DO(index(collection, path));
    if (limit == 0) return std::vector<Document>{};
    Bson condition, where;
    TRY_DO(append_value(condition, "$eq", value));
    where.document(escape_path(path), condition);
    const document::Filter filter{{{std::string(path), document::Compare::equal, value}}};
    const store::ScanOptions options{.id_prefix = {}, .after = {}, .limit = limit};
    return read_matching(collection, std::move(where), {{}, {}, limit}, filter, options);
  }

  Status index_for_others(const Collection& collection, const std::vector<std::string>& paths) override {
    return make_index(connection_, database_of(collection), collection.name, paths);
  }
  Status index(const Collection& collection, std::string_view path) override {
    TRY_DO(store::check_indexed_path(path));
    if (path == "_id") return {};
    return indexes_.make(database_of(collection), collection.name, path);
  }

  Result<std::vector<Collection>> collections() override {
    TRY(const auto client, connection_.client());
    TRY(const auto databases, databases_on(client));
    std::vector<Collection> found;
    for (const auto& database : databases) TRY_DO(append_collections(client, database, found));
    std::ranges::sort(found);
    return found;
  }

  Status write(std::vector<store::Write> batch) override {
    TRY(const auto runs, runs_of(batch));
    for (const auto& run : runs) TRY_DO(write_steps(run.collection, run.steps));
    return {};
  }

  Status ping() override {
    TRY(const auto client, connection_.client());
    TRY_DO(run_command(client, "admin", Bson().number("ping", 1)));
    return {};
  }

  Status reopen() override {
    indexes_.forget();
    return connection_.reconnect();
  }

 private:
  std::string database_of(const Collection& collection) const { return prefix_ + collection.database; }

  MongoCollection open(const MongoClient& client, const Collection& collection) const {
    return open_collection(client, database_of(collection), collection.name);
  }

  Result<Written> write_steps(const Collection& collection, const std::vector<WriteStep>& steps) {
    TRY(const auto client, connection_.client());
    return write_in_order(open(client, collection).get(), steps, !connection_.repeats_writes());
  }

  // The answer to the first time was lost: what is there now may be what it wrote.
  Status insert_again(mongoc_collection_t* held, const Bson& bson, const Document& document,
                      const Collection& collection) {
    bson_error_t error;
    if (mongoc_collection_insert_one(held, bson, nullptr, nullptr, &error)) return {};
    if (!is_duplicate_key(error)) return tl::unexpected(error_of(error));
    TRY(const auto found, get(collection, document.at("_id").get_string()));
    if (found && *found == from_bson(bson)) return {};
    return exists_already(document, collection);
  }

  static Status exists_already(const Document& document, const Collection& collection) {
    return base::fail(ErrorKind::conflict, "\"" + std::string(document.at("_id").get_string()) +
                                               "\" exists already in " + collection.database + "." + collection.name);
  }

  Result<std::vector<Document>> find_by_id(const Collection& collection, const json::value& id, std::size_t limit) {
    std::vector<Document> found;
    if (!id.is_string() || limit == 0) return found;
    TRY(auto document, get(collection, id.get_string()));
    if (document) found.push_back(std::move(*document));
    return found;
  }

  // Those that the server finds and the filter lets pass.
  Result<std::vector<Document>> read_matching(const Collection& collection, Bson where, DocumentsInOrder::Range range,
                                              const document::Filter& filter, const store::ScanOptions& options) {
    TRY(const auto client, connection_.client());
    const auto held = open(client, collection);
    DocumentsInOrder documents(held.get(), std::move(where), std::move(range));
    std::vector<Document> found;
    for (std::size_t bytes = 0; found.size() < options.limit && bytes < options.max_bytes;) {
      TRY(const BsonView one, documents.next());
      if (one.bson == nullptr) break;
      Document document = from_bson(one.bson);
      if (!filter.matches(document)) continue;
      if (options.max_bytes != no_limit) bytes += text_bytes(document);
      found.push_back(std::move(document));
    }
    return found;
  }

  // What others wrote may be beyond what we would write.
  static std::size_t text_bytes(const Document& document) {
    const auto text = store::document_text(document);
    return text ? text->size() : base::limits::document_bytes;
  }

  Result<std::vector<std::string>> databases_on(const MongoClient& client) const {
    const Bson names_only = std::move(Bson().flag("nameOnly", true));
    const MongoCursor cursor(mongoc_client_find_databases_with_opts(client, names_only));
    auto names = names_in(cursor.get());
    bson_error_t error;
    if (mongoc_cursor_error(cursor.get(), &error)) return tl::unexpected(error_of(error));
    std::erase_if(names, [&](const std::string& name) {
      return !name.starts_with(prefix_) || name == "admin" || name == "local" || name == "config";
    });
    return names;
  }

  Status append_collections(const MongoClient& client, const std::string& database,
                            std::vector<Collection>& found) const {
    struct Destroy {
      void operator()(mongoc_database_t* one) const { mongoc_database_destroy(one); }
    };
    const std::unique_ptr<mongoc_database_t, Destroy> held(mongoc_client_get_database(client, database.c_str()));
    const Bson names_only = std::move(Bson().flag("nameOnly", true));
    const MongoCursor cursor(mongoc_database_find_collections_with_opts(held.get(), names_only));
    for (auto& name : names_in(cursor.get())) {
      if (!name.starts_with("system.")) found.push_back({database.substr(prefix_.size()), std::move(name)});
    }
    bson_error_t error;
    if (mongoc_cursor_error(cursor.get(), &error)) return tl::unexpected(error_of(error));
    return {};
  }

  MongoConnection& connection_;
  std::string prefix_;
  MongoFieldIndexes indexes_{connection_};
};

}  // namespace

std::unique_ptr<store::DocumentStore> make_mongo_documents(MongoConnection& connection, std::string database_prefix) {
  return std::make_unique<MongoDocuments>(connection, std::move(database_prefix));
}

}  // namespace proffer::adapters
