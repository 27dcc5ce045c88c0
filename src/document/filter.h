// Which documents are wanted: a conjunction of comparisons on paths, with MongoDB's meaning.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace proffer::document {

enum class Compare { equal, not_equal, less, less_or_equal, greater, greater_or_equal, in, exists };

struct Condition {
  std::string path;  // members joined by dots; an array on the way matches when any element does
  Compare compare = Compare::equal;
  boost::json::value operand;  // for `in` an array, for `exists` a bool
};

struct Filter {
  std::vector<Condition> conditions;  // all must hold; none: everything matches

  bool matches(const boost::json::object& document) const;
};

// Calls `visit` for every value that a comparison with `path` would look at.
void visit_values(const boost::json::object& document, std::string_view path,
                  const std::function<void(const boost::json::value&)>& visit);

// The order of values that MongoDB's manual gives: null < numbers < strings < objects < arrays < booleans < dates.
// Numbers compare by value whatever their type. Negative, zero or positive.
int compare_values(const boost::json::value& a, const boost::json::value& b);

}  // namespace proffer::document
