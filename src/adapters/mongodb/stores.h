// The store on a MongoDB: documents in collections of the same names.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "store/document_store.h"

namespace proffer::adapters {

struct MongoOptions {
  std::string address;          // "mongodb://…", with credentials and all
  std::string database_prefix;  // of every database of this store, so that several can share a server
};

class MongoStores {
 public:
  // Connects and checks the server. Errors, one line each: as MongoConnection::open.
  static base::Result<std::unique_ptr<MongoStores>> open(const MongoOptions& options);
  ~MongoStores();

  store::DocumentStore& documents();

 private:
  struct State;
  explicit MongoStores(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace proffer::adapters
