// What a document is sorted by.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "aggregation/scope.h"

namespace proffer::aggregation {

struct SortField {
  std::vector<std::string> path;
  int sign = 1;  // -1: descending
};

// The value at the path; of an array's elements the least, or the largest when it goes down. What is missing is null.
// An empty array is missing here, which is below null.
Value sort_value(const boost::json::object& document, const SortField& field);

}  // namespace proffer::aggregation
