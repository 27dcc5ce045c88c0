#include "app/stores.h"

#include <fstream>

#include "adapters/mongodb/stores.h"
#include "adapters/sqlite/directory_lock.h"
#include "adapters/sqlite/stores.h"
#include "base/entropy.h"
#include "base/uuid.h"

namespace proffer::app {
namespace {

class EmbeddedStores final : public Stores {
 public:
  explicit EmbeddedStores(std::unique_ptr<adapters::SqliteStores> stores) : stores_(std::move(stores)) {}
  store::DocumentStore& documents() override { return stores_->documents(); }
  store::DecisionLog& log() override { return stores_->log(); }
  std::size_t bytes() const override { return stores_->bytes_on_disk(); }
  void count_commits(base::Counter& commits) override { stores_->count_commits(commits); }

 private:
  std::unique_ptr<adapters::SqliteStores> stores_;
};

class SharedStores final : public Stores {
 public:
  SharedStores(adapters::DirectoryLock lock, std::unique_ptr<adapters::MongoStores> stores)
      : lock_(std::move(lock)), stores_(std::move(stores)) {}
  store::DocumentStore& documents() override { return stores_->documents(); }
  store::DecisionLog& log() override { return stores_->log(); }
  store::Leases* leases() override { return &stores_->leases(); }
  std::size_t bytes() const override { return stores_->bytes(); }
  std::size_t spooled_bytes() const override { return stores_->spooled_bytes(); }
  void count_commits(base::Counter& commits) override { stores_->count_commits(commits); }

 private:
  adapters::DirectoryLock lock_;
  std::unique_ptr<adapters::MongoStores> stores_;
};

base::Result<std::unique_ptr<Stores>> open_embedded(const Options& options, const base::Clock& clock) {
  adapters::SqliteOptions sqlite;
  sqlite.directory = options.data;
  sqlite.fsync = options.fsync;
  sqlite.clock = &clock;
  TRY(auto stores, adapters::SqliteStores::open(sqlite));
  return std::make_unique<EmbeddedStores>(std::move(stores));
}

// Who a node is: the id of its data directory, in the file `node`, made when it is first asked for.
base::Result<std::string> node_of(const std::string& directory, const base::Clock& clock) {
  const auto path = directory + "/node";
  std::string id;
  if (std::ifstream in(path); in >> id) return id;
  base::SystemEntropy entropy;
  id = base::make_uuid(clock.now(), entropy.next()).to_string();
  std::ofstream out(path);
  if (out << id << '\n' << std::flush) return id;
  return base::fail(base::ErrorKind::unavailable, "cannot write the file " + path + ", which says who this node is");
}

base::Result<std::unique_ptr<Stores>> open_shared(const Options& options, const base::Clock& clock) {
  TRY(auto lock, adapters::DirectoryLock::take(options.data));
  adapters::MongoOptions mongo;
  mongo.address = options.store;
  TRY(mongo.holder, node_of(options.data, clock));
  mongo.directory = options.data;
  mongo.goes_on_alone = options.goes_on_alone;
  mongo.spool_bytes = options.spool_bytes;
  mongo.clock = &clock;
  TRY(auto stores, adapters::MongoStores::open(mongo));
  return std::make_unique<SharedStores>(std::move(lock), std::move(stores));
}

}  // namespace

base::Result<std::unique_ptr<Stores>> Stores::open(const Options& options, const base::Clock& clock) {
  return options.store.empty() ? open_embedded(options, clock) : open_shared(options, clock);
}

}  // namespace proffer::app
