// JSON to queries. To add an operator of fields: a reader and a row in the table of parse_query.cc.
#pragma once

#include <boost/json.hpp>

#include "aggregation/parse_expression.h"
#include "aggregation/query.h"

namespace proffer::aggregation {

// What is wrong is added to the parser's violations: an operator that is not known, an operand of the wrong kind, more
// than limits::filter_conditions comparisons or limits::filter_values values in a list.
Query parse_query(const boost::json::object& query, const document::Place& place, ExpressionParser& expressions);
Query parse_query(const boost::json::object& query, const document::Place& place, document::Violations& violations);

}  // namespace proffer::aggregation
