// JSON as people type it into properties: names without quotes, text in single quotes or in none.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace proffer::document {

// Exactly one value. Beyond JSON it takes
//   names and text in single quotes, within which \' is a quote;
//   names without quotes, of any characters but blanks, quotes and  , : { } [ ] ;
//   text without quotes up to the next , } ] or line end: {database: mongodb} – a bare number, true, false or null is
//   what it is in JSON, 007 and 1.2.3 are text;
//   a comma before a closing bracket.
// Errors: malformed, saying what and where ("line 1, column 14"), as parse_json: also for a name given twice, for bad
// UTF-8 and for nesting deeper than `depth`. `what` begins the message.
base::Result<boost::json::value> parse_lax_json(std::string_view text, std::string_view what,
                                                std::size_t depth = base::limits::json_depth);

}  // namespace proffer::document
