// Rows of JSON as the columns that trees are trained on.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <span>
#include <vector>

#include "boosting/train.h"
#include "scoring/schema.h"

namespace proffer::training {

struct Example {
  const boost::json::object* features = nullptr;
  std::uint8_t label = 0;  // 0 or 1
};

// Column i is feature i of the schema. O(values).
boosting::Table table_of(const scoring::Schema& schema, std::span<const Example> examples);

// Some rows of a table, in that order; categories that none of them has are left out.
boosting::Table rows_of(const boosting::Table& table, std::span<const std::size_t> rows);

}  // namespace proffer::training
