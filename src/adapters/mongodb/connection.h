// Connections to one MongoDB: a pool, and what its server can do.
#pragma once

#include <mongoc/mongoc.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/mongodb/address.h"
#include "adapters/mongodb/bson.h"
#include "base/result.h"

namespace proffer::adapters {

// A pool of connections; those that are lent keep it alive.
struct MongoPool;

// A connection for one operation of one thread; goes back to its pool at the end.
class MongoClient {
 public:
  MongoClient(MongoClient&&) noexcept = default;
  mongoc_client_t* get() const { return client_.get(); }
  operator mongoc_client_t*() const { return client_.get(); }  // for calls of the library

 private:
  friend class MongoConnection;
  struct GiveBack {
    std::shared_ptr<MongoPool> pool;
    void operator()(mongoc_client_t* client) const;
  };
  MongoClient(std::shared_ptr<MongoPool> pool, mongoc_client_t* client) : client_(client, GiveBack{std::move(pool)}) {}
  std::unique_ptr<mongoc_client_t, GiveBack> client_;
};

class MongoConnection {
 public:
  // Waits until the server answers, at most as the address (or base/limits.h) says, and checks it. Errors, one line
  // each and without credentials: `invalid` for the address itself; `unavailable` where nobody answers, the user or
  // password is refused, the server is too old, or a replica set has no primary.
  static base::Result<std::unique_ptr<MongoConnection>> open(const std::string& address);

  // `unavailable` when all connections of the pool stay in use.
  base::Result<MongoClient> client();
  // For commands that take as long as reading a collection: a connection of its own that waits as long.
  base::Result<MongoClient> patient_client();

  // Connects anew and checks again; connections in use are finished first. On failure the old ones stay.
  base::Status reconnect();

  // Whether the driver repeats writes whose answer was lost itself, exactly once: it needs a server with sessions.
  bool repeats_writes() const { return repeats_writes_; }
  const std::string& hosts() const { return hosts_; }

 private:
  explicit MongoConnection(MongoUri uri);
  base::Result<std::shared_ptr<MongoPool>> make_pool(const mongoc_uri_t* uri) const;
  base::Status check(mongoc_client_t* client);
  std::shared_ptr<MongoPool> pool();
  base::Result<std::shared_ptr<MongoPool>> patient_pool();
  static base::Result<MongoClient> lend(std::shared_ptr<MongoPool> pool);

  MongoUri uri_;
  std::string hosts_;
  std::atomic<bool> repeats_writes_ = false;
  std::mutex mutex_;  // guards what follows
  std::shared_ptr<MongoPool> pool_;
  std::shared_ptr<MongoPool> patient_pool_;  // made when it is first needed
};

// Runs a command on a database with the address's write concern. Errors as error_of (errors.h).
base::Result<Bson> run_write_command(mongoc_client_t* client, const std::string& database, const Bson& command);
base::Result<Bson> run_command(mongoc_client_t* client, const std::string& database, const Bson& command);

}  // namespace proffer::adapters
