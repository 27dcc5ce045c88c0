// JSON to expressions.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "aggregation/expression.h"
#include "aggregation/operator_table.h"
#include "document/violations.h"

namespace proffer::aggregation {

class ExpressionParser {
 public:
  explicit ExpressionParser(document::Violations& violations) : violations_(violations) {}

  // Null after saying what is wrong, at its place: an operator or variable that is not known, too few or too many
  // arguments, a name that no field can have, more operators than limits::pipeline_operators.
  ExpressionPtr parse(const boost::json::value& value, const document::Place& place);

  // One that may use the variables named, beside those that are in reach.
  ExpressionPtr parse_with(std::vector<std::string> variables, const boost::json::value& value,
                           const document::Place& place);

  document::Violations& violations() { return violations_; }
  // The same for what is wrong elsewhere in an operator's operand.
  void refuse(const document::Place& place, std::string message, const boost::json::value& value = nullptr) {
    violations_.add(place, std::move(message), value);
  }

 private:
  ExpressionPtr parse_text(std::string_view text, const document::Place& place);
  ExpressionPtr parse_variable(std::string_view text, const document::Place& place);
  ExpressionPtr parse_array(const boost::json::array& array, const document::Place& place);
  ExpressionPtr parse_object(const boost::json::object& object, const document::Place& place);
  ExpressionPtr parse_operator(std::string_view name, const boost::json::value& operand, const document::Place& place);
  ExpressionPtr parse_arguments(const OperatorRow& row, const boost::json::value& operand,
                                const document::Place& place);
  bool parse_named(const OperatorRow& row, const boost::json::object& operand, const document::Place& place,
                   Expressions& arguments);
  bool parse_positional(const OperatorRow& row, const boost::json::value& operand, const document::Place& place,
                        Expressions& arguments);

  document::Violations& violations_;
  std::vector<std::string> variables_;
  std::size_t operators_ = 0;
};

// The components of a path, or nothing after saying what is wrong: a path has no empty component and none that begins
// with '$'.
std::optional<std::vector<std::string>> path_components(std::string_view path, const document::Place& place,
                                                        document::Violations& violations);

}  // namespace proffer::aggregation
