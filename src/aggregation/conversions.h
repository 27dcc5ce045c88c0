// Values of one type as values of another, as $convert and its short forms do it.
#pragma once

#include <string>

#include "aggregation/operator_table.h"

namespace proffer::aggregation {

// Of strings, numbers, booleans and dates. Errors: `invalid` for anything else.
base::Result<std::string> text_of(const boost::json::value& value);

// "2024-12-20T13:04:43.007Z"
std::string date_text(std::int64_t milliseconds);

}  // namespace proffer::aggregation
