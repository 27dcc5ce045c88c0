#include "adapters/mongodb/field_indexes.h"

#include "adapters/mongodb/collection.h"
#include "adapters/mongodb/errors.h"
#include "adapters/mongodb/member_names.h"
#include "store/field_key.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;

// {path: 1, _id: 1}
Bson index_key(std::string_view path) { return std::move(Bson().number(path, 1).number("_id", 1)); }

// The path of an index that is one of ours, as its key tells; else empty.
std::string path_of(const bson_t* index) {
  bson_iter_t iter, key;
  if (!bson_iter_init_find(&iter, index, "key") || !bson_iter_recurse(&iter, &key) || !bson_iter_next(&key)) return {};
  std::string path = bson_iter_key(&key);
  const bool ours = bson_iter_next(&key) && std::string_view(bson_iter_key(&key)) == "_id" && !bson_iter_next(&key);
  return ours ? path : std::string();
}

Bson create_command(const std::string& collection, const std::string& path) {
  Bson index;
  index.document("key", index_key(path)).text("name", "proffer_" + path);
  return std::move(Bson().text("createIndexes", collection).array("indexes", Bson().document("0", index)));
}

}  // namespace

Status MongoFieldIndexes::make(const std::string& database, const std::string& collection, std::string_view path) {
  const std::string escaped = escape_path(path);
  const std::string space = database + '.' + collection;
  if (is_known(space, escaped)) return {};
  TRY(auto paths, existing(database, collection));
  if (!paths.contains(escaped)) {
    TRY_DO(store::check_index_count(paths.size()));
    TRY(const auto client, connection_.patient_client());
    TRY_DO(run_write_command(client, database, create_command(collection, escaped)));
    paths.insert(escaped);
  }
  const std::lock_guard lock(mutex_);
  known_[space] = std::move(paths);
  return {};
}

void MongoFieldIndexes::forget() {
  const std::lock_guard lock(mutex_);
  known_.clear();
}

bool MongoFieldIndexes::is_known(const std::string& space, std::string_view path) {
  const std::lock_guard lock(mutex_);
  const auto paths = known_.find(space);
  return paths != known_.end() && paths->second.contains(path);
}

Status make_index(MongoConnection& connection, const std::string& database, const std::string& collection,
                  const std::vector<std::string>& paths) {
  Bson key, index, indexes;
  std::string name;
  for (const auto& path : paths) {
    key.number(path, 1);
    name += (name.empty() ? "" : "_") + path + "_1";  // the name that the original's have
  }
  index.document("key", key).text("name", name);
  indexes.document("0", index);
  const Bson command = std::move(Bson().text("createIndexes", collection).array("indexes", indexes));
  TRY(const auto client, connection.patient_client());
  TRY_DO(run_write_command(client, database, command));
  return {};
}

Result<MongoFieldIndexes::Paths> MongoFieldIndexes::existing(const std::string& database,
                                                             const std::string& collection) {
  TRY(const auto client, connection_.client());
  const auto held = open_collection(client, database, collection);
  const MongoCursor cursor(mongoc_collection_find_indexes_with_opts(held.get(), nullptr));
  Paths paths;
  TRY_DO(visit_documents(cursor.get(), [&](BsonView index) {
    if (auto path = path_of(index.bson); !path.empty()) paths.insert(std::move(path));
    return true;
  }));
  return paths;
}

}  // namespace proffer::adapters
