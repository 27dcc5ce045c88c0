// Which documents are wanted: a conjunction of comparisons on paths, with MongoDB's meaning.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "document/value_order.h"

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

// Whether one value compares so with the operand: values of different types are never less or greater. Not for `in` and
// `exists`.
bool holds(Compare compare, const boost::json::value& value, const boost::json::value& operand);

// Calls `visit` for every value that a comparison with `path` would look at.
void visit_values(const boost::json::object& document, std::string_view path,
                  const std::function<void(const boost::json::value&)>& visit);

}  // namespace proffer::document
