// Members named by a path with dots ("a.b.0"): reading and changing one place of a document.
//
// A component of digits also names the element of an array. A member whose own name has a dot cannot be
// named by a path. Changing follows MongoDB's $set, $inc and $unset.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace proffer::document {

// The index that a component spells ("0", "17"; not "007" or "1e3"), if it does.
std::optional<std::size_t> array_index(std::string_view component);

// Null when there is nothing at the path.
const boost::json::value* find_path(const boost::json::object& document, std::string_view path);

// Sets the value, with the objects that are missing on the way; the index just behind an array's end appends. Errors:
// `invalid` when the way leads through something that is neither object nor array, or past an array's end.
base::Status set_path(boost::json::object& document, std::string_view path, boost::json::value value);

// Adds to a number; an absent one counts as 0. int64 stays int64. Errors: `invalid` when either is not a number, the
// sum leaves int64, or as set_path.
base::Status increment_path(boost::json::object& document, std::string_view path, const boost::json::value& by);

// Removes the member; an array's element becomes null, so that the others keep their places. Nothing there: no change.
void unset_path(boost::json::object& document, std::string_view path);

}  // namespace proffer::document
