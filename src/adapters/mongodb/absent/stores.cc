// Built where there is no libmongoc.
#include "adapters/mongodb/stores.h"

namespace proffer::adapters {

struct MongoStores::State {};

base::Result<std::unique_ptr<MongoStores>> MongoStores::open(const MongoOptions&) {
  return base::fail(base::ErrorKind::invalid,
                    "this proffer was built without MongoDB: install libmongoc-dev and build it anew");
}

MongoStores::MongoStores(std::unique_ptr<State> state) : state_(std::move(state)) {}
MongoStores::~MongoStores() = default;

// There is no object without open().
store::DocumentStore& MongoStores::documents() { std::abort(); }
store::DecisionLog& MongoStores::log() { std::abort(); }
store::Leases& MongoStores::leases() { std::abort(); }
std::size_t MongoStores::bytes() const { return 0; }
std::size_t MongoStores::spooled_bytes() const { return 0; }
void MongoStores::count_commits(base::Counter&) {}

}  // namespace proffer::adapters
