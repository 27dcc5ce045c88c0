// What the driver and the server say, as errors of the ports.
#pragma once

#include <mongoc/mongoc.h>

#include "base/result.h"

namespace proffer::adapters {

// `conflict` for an id that exists, `too_large` for a document above the server's limit, `invalid` for an update that
// does not fit the document or a name that the server does not take, otherwise `unavailable`.
base::Error error_of(const bson_error_t& error);

bool is_duplicate_key(const bson_error_t& error);

// Whether the operation may or may not have been done and can be tried again where doing it twice is doing it once: the
// connection broke, or the server stopped being the primary.
bool is_passing(const bson_error_t& error);

}  // namespace proffer::adapters
