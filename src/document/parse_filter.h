// Filters as clients write them: MongoDB's query language, as far as document/filter.h goes.
#pragma once

#include <boost/json/object.hpp>

#include "document/filter.h"
#include "document/violations.h"

namespace proffer::document {

// {"age": {"$gte": 18, "$lt": 65}, "city": "Bonn", "pet.kind": {"$in": ["cat", "dog"]}, "left": {"$exists": false}}:
// all must hold. Known: $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $exists. At most limits::filter_conditions
// comparisons, and as many values of $in and $nin each. What is wrong goes to `violations`.
Filter parse_filter(const boost::json::object& filter, const Place& place, Violations& violations);

}  // namespace proffer::document
