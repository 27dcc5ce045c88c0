// A few stages of MongoDB's aggregation, with its meaning: those that the original's client sends to set campaigns up.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace proffer::document {

// Where the last stage, $out, wants the documents put; `database` is empty when it names only a collection.
struct PipelineOutput {
  std::string database;
  std::string collection;
};

struct Pipeline {
  boost::json::array stages;  // without $out
  std::optional<PipelineOutput> out;
};

// Stages: $match (members equal to constants), $group (_id a constant or "$path"; accumulators $addToSet and $first of
// a
// "$path", $sum of a number), $project (1, 0, false, true, "$path" or a constant), $addFields, $set ("$path" or a
// constant), $unset, $unwind ("$path"), $limit, $skip, and last $out.
// `invalid` at "pipeline[2].$group" for anything else.
base::Result<Pipeline> parse_pipeline(const boost::json::value& value);

// The documents that come out. Groups and the members of $addToSet stand in the order in which they first came up.
// `too_large` past `limit` documents between any two stages.
base::Result<std::vector<boost::json::object>> run_pipeline(const Pipeline& pipeline,
                                                            std::vector<boost::json::object> documents,
                                                            std::size_t limit);

}  // namespace proffer::document
