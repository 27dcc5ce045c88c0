// What an expression is evaluated in: one document, the variables around it, and how much it may copy.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace proffer::aggregation {

// Nothing: the value is missing, which differs from null.
using Value = std::optional<boost::json::value>;

inline Value null_result() { return boost::json::value(); }

// Bytes that evaluations may copy, so that no expression makes much out of little.
class CopyBudget {
 public:
  explicit CopyBudget(std::size_t bytes) : left_(bytes) {}
  // Errors: too_large when more was copied than allowed.
  base::Status charge(std::size_t bytes);

 private:
  std::size_t left_;
};

// A variable, in a list from the innermost outwards.
struct Variable {
  std::string_view name;
  const Value* value;
  const Variable* outer;
};

struct Scope {
  const boost::json::object& root;
  CopyBudget& budget;
  const Variable* variables = nullptr;
};

// What $$NOW is.
Value now_value(base::Time now);

// A copy that was charged.
base::Result<Value> copy_value(const Scope& scope, const boost::json::value& value);

}  // namespace proffer::aggregation
