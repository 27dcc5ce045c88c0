// Documents as JSON text, and the checks that every adapter makes before it stores one.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/document_store.h"

namespace proffer::store {

// Its `_id`. Errors: `invalid` when it has none, or one that is not a string.
base::Result<std::string_view> id_of(const Document& document);

// JSON text from which parse_document makes the same document: a double always has a point or an exponent.
// Errors: as the port says (`invalid`, `too_large`).
base::Result<std::string> document_text(const Document& document);

// Errors: `internal` for text that document_text did not make.
base::Result<Document> parse_document(std::string_view text);

}  // namespace proffer::store
