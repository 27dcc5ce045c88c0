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

store::DocumentStore& MongoStores::documents() { std::abort(); }  // there is none without open()

}  // namespace proffer::adapters
