#include "adapters/mongodb/stores.h"

#include "adapters/mongodb/connection.h"
#include "adapters/mongodb/decision_log.h"
#include "adapters/mongodb/documents.h"

namespace proffer::adapters {

struct MongoStores::State {
  std::unique_ptr<MongoConnection> connection;
  std::unique_ptr<store::DocumentStore> documents;
  std::unique_ptr<MongoDecisionLog> log;
  std::unique_ptr<MongoLeases> leases;
};

base::Result<std::unique_ptr<MongoStores>> MongoStores::open(const MongoOptions& options) {
  auto state = std::make_unique<State>();
  TRY(state->connection, MongoConnection::open(options.address));
  state->documents = make_mongo_documents(*state->connection, options.database_prefix);
  if (!options.directory.empty()) {
    MongoLogOptions log;
    log.database = options.database_prefix + log.database;
    log.holder = options.holder;
    log.directory = options.directory;
    log.goes_on_alone = options.goes_on_alone;
    log.spool_bytes = options.spool_bytes;
    TRY(state->log, MongoDecisionLog::open(*state->connection, *options.clock, log));
    state->leases =
        std::make_unique<MongoLeases>(*state->connection, log.database, state->log->holder(), *options.clock);
  }
  return std::unique_ptr<MongoStores>(new MongoStores(std::move(state)));
}

MongoStores::MongoStores(std::unique_ptr<State> state) : state_(std::move(state)) {}
MongoStores::~MongoStores() = default;

store::DocumentStore& MongoStores::documents() { return *state_->documents; }
store::DecisionLog& MongoStores::log() { return *state_->log; }
store::Leases& MongoStores::leases() { return *state_->leases; }
std::size_t MongoStores::bytes() const { return state_->log->bytes(); }
std::size_t MongoStores::spooled_bytes() const { return state_->log->spooled_bytes(); }
void MongoStores::count_commits(base::Counter& commits) { state_->log->count_commits(commits); }

}  // namespace proffer::adapters
