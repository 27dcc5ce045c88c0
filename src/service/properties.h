// What Proffer reads of a deployment's properties: lines key=value whose values are lax JSON.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "document/violations.h"
#include "service/source_fields.h"

namespace proffer::service {

// What is absent, or empty as in the original's templates, is absent here.
struct Properties {
  std::vector<LookupFields> lookups;                  // predictor.param.lookup, with .features and .default
  std::vector<boost::json::value> virtual_variables;  // of these look-ups
  std::optional<TableFields> offer_matrix;            // predictor.offer.matrix
  std::optional<TableFields> offer_budget;            // predictor.offer.budget
  std::optional<WhitelistFields> whitelist;           // predictor.whitelist.lookup, with .logicin
  std::optional<std::int64_t> offer_cache_ms;         // predictor.offercache
  std::optional<double> epsilon;                      // predictor.epsilon
  std::string model_type;                             // predictor.model.type
};

// Lines that begin with # or !, and keys that are not named above, are skipped; the last of several lines of one key
// counts; a line that ends with \ goes on in the next. Every mistake is told with its place below `place`.
Properties read_properties(std::string_view text, const document::Place& place, document::Violations& violations);

// The names between commas, trimmed; empty ones are none.
std::vector<std::string> split_names(std::string_view text);

}  // namespace proffer::service
