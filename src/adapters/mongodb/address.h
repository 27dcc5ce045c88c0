// The address of a MongoDB, "mongodb://…" or "mongodb+srv://…", with every option that libmongoc knows, and what holds
// where it says nothing: writes are confirmed by the majority and its journals, waiting is bounded (base/limits.h).
//
// Reads always go to the primary, whatever readPreference the address has: what was written must be seen.
#pragma once

#include <mongoc/mongoc.h>

#include <memory>
#include <string>

#include "base/result.h"

namespace proffer::adapters {

struct DestroyUri {
  void operator()(mongoc_uri_t* uri) const { mongoc_uri_destroy(uri); }
};
using MongoUri = std::unique_ptr<mongoc_uri_t, DestroyUri>;

// Errors: `invalid` for what is no such address, or has an option that is not known; the message has nothing of the
// address in it but an option's name, as anything else may be a part of a password.
base::Result<MongoUri> parse_mongodb_address(const std::string& address);

// "db1:27017, db2:27017"
std::string hosts_of(const mongoc_uri_t* uri);

}  // namespace proffer::adapters
