// The operators of one field in queries.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "aggregation/query.h"
#include "document/filter.h"
#include "document/violations.h"

namespace proffer::aggregation {

// Reads whole queries for $elemMatch.
class QueryReader;

using Conditions = std::vector<FieldCondition>;

// Adds the conditions that `operand` means, or says what is wrong. `siblings`: the object with all operators of the
// field.
using ConditionReader = void (*)(QueryReader& reader, const boost::json::value& operand,
                                 const boost::json::object& siblings, const document::Place& place, Conditions& out);

struct ConditionRow {
  std::string_view name;
  ConditionReader read;
  std::optional<document::Compare> compare = {};  // where a store knows the same comparison
};

const ConditionRow* find_condition(std::string_view name);
std::string condition_names();

// {"$gt": 1}, and neither a plain object nor a date.
bool holds_operators(const boost::json::value& value);

FieldCondition equal_to(const boost::json::value& wanted);

class QueryReader {
 public:
  explicit QueryReader(document::Violations& violations) : violations_(violations) {}
  virtual ~QueryReader() = default;

  virtual std::vector<Predicate> read_query(const boost::json::object& query, const document::Place& place) = 0;
  // {"$gt": 1, "$lt": 5}
  Conditions read_conditions(const boost::json::object& operators, const document::Place& place);

  void refuse(const document::Place& place, std::string message, const boost::json::value& value = nullptr) {
    violations_.add(place, std::move(message), value);
  }

 protected:
  document::Violations& violations_;
};

}  // namespace proffer::aggregation
