// Expressions of MongoDB's aggregation: paths of fields, variables, constants, and operators.
//
// Made once from JSON by parse_expression (parse_expression.h), then evaluated for one document after the other; safe
// to evaluate concurrently. To add an operator: a function and a row in the table of its kind (operator_tables.h).
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aggregation/scope.h"
#include "base/result.h"

namespace proffer::aggregation {

class Expression {
 public:
  virtual ~Expression() = default;
  // Errors: `invalid` at the place of the operator that cannot take what it got; too_large past the scope's budget.
  virtual base::Result<Value> evaluate(const Scope& scope) const = 0;
  // What it always is, if it needs no document.
  virtual const Value* constant() const { return nullptr; }
};

using ExpressionPtr = std::unique_ptr<const Expression>;
using Expressions = std::vector<ExpressionPtr>;

ExpressionPtr make_constant(boost::json::value value);
// `variable` is empty for the document itself; a path without components is the variable.
ExpressionPtr make_path(std::string variable, std::vector<std::string> path);
ExpressionPtr make_object(std::vector<std::pair<std::string, ExpressionPtr>> members);
ExpressionPtr make_array(Expressions elements);

// What a path of fields finds: an array on the way gives the array of what its objects have there. Components of digits
// are names.
base::Result<Value> value_at(const Scope& scope, const boost::json::value& from, std::span<const std::string> path);

// Missing, null, false and 0 are false; everything else, also "" and [], is true.
bool is_true(const Value& value);
bool is_missing_or_null(const Value& value);

// The order of compare_values, with what is missing below everything.
int compare(const Value& a, const Value& b);

}  // namespace proffer::aggregation
