// What an Update does to a document: the same in every adapter.
#pragma once

#include "base/result.h"
#include "store/document_store.h"

namespace proffer::store {

// On an error the document is left half changed and must be dropped. Errors: `invalid` when the update changes `_id` or
// does not fit the document (document/path.h).
base::Status apply(const Update& update, Document& document);

}  // namespace proffer::store
