#include "adapters/mongodb/stores.h"

#include "adapters/mongodb/connection.h"
#include "adapters/mongodb/documents.h"

namespace proffer::adapters {

struct MongoStores::State {
  std::unique_ptr<MongoConnection> connection;
  std::unique_ptr<store::DocumentStore> documents;
};

base::Result<std::unique_ptr<MongoStores>> MongoStores::open(const MongoOptions& options) {
  auto state = std::make_unique<State>();
  TRY(state->connection, MongoConnection::open(options.address));
  state->documents = make_mongo_documents(*state->connection, options.database_prefix);
  return std::unique_ptr<MongoStores>(new MongoStores(std::move(state)));
}

MongoStores::MongoStores(std::unique_ptr<State> state) : state_(std::move(state)) {}
MongoStores::~MongoStores() = default;

store::DocumentStore& MongoStores::documents() { return *state_->documents; }

}  // namespace proffer::adapters
