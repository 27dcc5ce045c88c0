// Tables that come as a request's body or as a file: rows of named cells, in one of three forms.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace proffer::document {

struct RowOptions {
  std::size_t max_rows = 0;                        // more are too_large; 0: no bound but the body's
  std::span<const std::string> text_columns = {};  // CSV: never numbers, so that "1.10" and "007" stay as they are
};

// By `content_type` (parameters may follow; empty is taken as application/json):
//   application/json                                       an array of objects
//   application/x-ndjson, application/ndjson, application/jsonl   one object a line; blank lines are skipped
//   text/csv                                               RFC 4180 with a header line; LF is taken for CRLF
// A CSV cell that is wholly a JSON number, true or false becomes that, any other is text; an empty one is absent.
// Errors: unsupported for another type or charset; malformed for what is not that form; invalid for rows that are no
// objects, naming each; too_large. Rows are counted from 1, the CSV header not included ("row 17").
base::Result<std::vector<boost::json::object>> parse_rows(std::string_view content_type, std::string_view body,
                                                          const RowOptions& options = {});

}  // namespace proffer::document
