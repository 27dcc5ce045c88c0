// The indexes of DocumentStore::find_by: each on a path and, so that what is found comes in order, `_id`.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "adapters/mongodb/connection.h"
#include "base/result.h"

namespace proffer::adapters {

// An index of several fields in this order, unless it is there; names need no escaping.
base::Status make_index(MongoConnection& connection, const std::string& database, const std::string& collection,
                        const std::vector<std::string>& paths);

class MongoFieldIndexes {
 public:
  explicit MongoFieldIndexes(MongoConnection& connection) : connection_(connection) {}

  // Returns when the server has the index. Errors: as DocumentStore::index.
  base::Status make(const std::string& database, const std::string& collection, std::string_view path);
  void forget();  // what the server was known to have

 private:
  using Paths = std::set<std::string, std::less<>>;
  base::Result<Paths> existing(const std::string& database, const std::string& collection);
  bool is_known(const std::string& space, std::string_view path);

  MongoConnection& connection_;
  std::mutex mutex_;                    // guards what follows
  std::map<std::string, Paths> known_;  // by "database.collection"; paths are escaped
};

}  // namespace proffer::adapters
