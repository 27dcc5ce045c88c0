// Filters as queries of the server, so that what cannot match is not sent.
#pragma once

#include "adapters/mongodb/bson.h"
#include "document/filter.h"

namespace proffer::adapters {

// A query that lets every document pass that the filter lets pass, and perhaps more: conditions that the server may see
// otherwise (on null, objects, arrays, members that a BSON type takes the place of) are left to the filter itself. None
// on `_id`.
Bson query_of(const document::Filter& filter);

}  // namespace proffer::adapters
