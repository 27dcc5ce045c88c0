// How much memory a value takes, about, and how deep it is nested.
#pragma once

#include <boost/json.hpp>
#include <cstddef>

#include "base/limits.h"
#include "base/result.h"

namespace proffer::aggregation {

// Bytes, about: 16 for each value and the bytes of its texts and names.
std::size_t value_bytes(const boost::json::value& value);
std::size_t value_bytes(const boost::json::object& object);

// Of a document between two stages: a document in the store nests half as deep.
inline constexpr std::size_t most_levels = 2 * base::limits::json_depth;

// Levels of objects and arrays; 0 for anything else.
std::size_t value_depth(const boost::json::value& value);
std::size_t value_depth(const boost::json::object& object);

// Errors: too_large for a document that is larger or deeper than one in the store may be.
base::Status check_size(const boost::json::object& document);

}  // namespace proffer::aggregation
