// Variables of a customer that are computed from others: `virtual_variables` of a campaign document.
//
//   {"name": "age_group", "type": "discretize", "original_variable": "age", "default": "unknown",
//    "buckets": [{"to": 18, "label": "child"}, {"from": 18, "to": 65, "label": "adult"}, {"from": 65, "label": "old"}]}
//   {"name": "segment", "type": "concatenate", "fields": ["age_group", "region"]}
#pragma once

#include <boost/json.hpp>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "document/violations.h"

namespace proffer::service {

// from <= x < to
struct Bucket {
  double from = -std::numeric_limits<double>::infinity();
  double to = std::numeric_limits<double>::infinity();
  std::string label;
};

struct VirtualVariable {
  std::string name;
  std::string fallback;             // `default`
  std::string original;             // discretized: the label of the bucket that holds its value
  std::vector<Bucket> buckets;      // in order of `from`, not overlapping
  std::vector<std::string> fields;  // concatenated: their values as text, with '|' between; none: discretize
};

// Other members of a variable are ignored, as documents of the original's clients have some. What is wrong is told with
// its place below `place`, and left out.
std::vector<VirtualVariable> read_virtual_variables(const std::vector<boost::json::value>& variables,
                                                    const document::Place& place, document::Violations& violations);

// Adds the variables to `features`, in their order, so that one can use those before it. What a variable is made of is
// read from `params` when it stands there, else from `features`. Text that spells a number is discretized as that
// number; what is no number, or in no bucket, or absent, is the default. An absent part of a concatenation is empty;
// when all of them are absent it is the default.
void add_virtual_variables(std::span<const VirtualVariable> variables, const boost::json::object& params,
                           boost::json::object& features);

// The text of a string, number, true or false; nothing for anything else.
std::optional<std::string> scalar_text(const boost::json::value* value);

}  // namespace proffer::service
