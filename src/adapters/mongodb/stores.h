// The store on a MongoDB: documents in collections of the same names, and the log of every node.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "store/decision_log.h"
#include "store/document_store.h"
#include "store/leases.h"

namespace proffer::adapters {

struct MongoOptions {
  std::string address;          // "mongodb://…", with credentials and all
  std::string database_prefix;  // of every database of this store, so that several can share a server
  std::string holder = {};      // who this node is: the same whenever it has this directory
  std::string directory = {};   // this node's own, locked by the caller; empty: documents alone
  bool goes_on_alone = false;   // while the database is away, what is recorded waits in `directory`
  std::size_t spool_bytes = 0;
  const base::Clock* clock = nullptr;  // must outlive the stores; not needed for documents alone
};

class MongoStores {
 public:
  // Connects and checks the server. Errors, one line each: as MongoConnection::open.
  static base::Result<std::unique_ptr<MongoStores>> open(const MongoOptions& options);
  ~MongoStores();

  store::DocumentStore& documents();
  // Where a directory was given.
  store::DecisionLog& log();
  store::Leases& leases();

  std::size_t bytes() const;  // of the log in the database, as of a moment ago
  std::size_t spooled_bytes() const;
  void count_commits(base::Counter& commits);

 private:
  struct State;
  explicit MongoStores(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace proffer::adapters
