// What an index of a field of documents holds in place of the field's values.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/document_store.h"

namespace proffer::store {

// Equal values (document/filter.h) have equal keys. Different integers above 2^53 may, up to
// about two thousand, so what an index finds must be compared itself. Nothing for a value that is neither string nor
// number.
std::optional<std::string> field_key(const boost::json::value& value);

// Of all the values that the document has at the path.
std::set<std::string> field_keys(const Document& document, std::string_view path);

// Errors: as DocumentStore::index and find_by say.
base::Status check_indexed_path(std::string_view path);
base::Status check_index_count(std::size_t existing);
base::Status check_field_value(const boost::json::value& value);

}  // namespace proffer::store
