// What $group makes of the values of a group's documents. To add one: a class and a row in the table.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "aggregation/scope.h"

namespace proffer::aggregation {

class Accumulator {
 public:
  virtual ~Accumulator() = default;
  // Returns by how many bytes it grew, about.
  virtual std::size_t add(Value value) = 0;
  virtual boost::json::value result() = 0;  // once, at the end
};

struct AccumulatorRow {
  std::string_view name;
  std::unique_ptr<Accumulator> (*make)();
  bool is_count = false;  // takes {} and counts documents
};

// Null when there is none of this name.
const AccumulatorRow* find_accumulator(std::string_view name);
std::string accumulator_names();

}  // namespace proffer::aggregation
