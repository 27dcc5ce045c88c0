// What `proffer personality compute` sends.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace proffer::app {

// As the command line has it; what is empty is left to the route's defaults.
struct PersonalityInput {
  std::string source;  // DATABASE.NAME or DATABASE/NAME
  std::string target;
  std::string customer_column;
  std::string mcc_column;
  std::string amount_column;
  std::string refunds;
  std::string spending;
  std::string rule;
  std::int64_t minimum_count = 5;
  std::string labels_file;        // .csv, .json or .ndjson
  std::string labels_collection;  // DATABASE.NAME
};

// The body of POST /api/v1/personality. `labels` is the text of labels_file, `labels_type` its content type.
// Invalid for a collection that is not DATABASE.NAME, and for labels that are no rows.
base::Result<boost::json::object> personality_body(const PersonalityInput& input, const std::string& labels,
                                                   const std::string& labels_type);

}  // namespace proffer::app
