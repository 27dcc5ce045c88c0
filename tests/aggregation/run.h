// Pipelines, queries and expressions on JSON text.
#pragma once

#include <string>
#include <string_view>

#include "aggregation/parse_query.h"
#include "aggregation/pipeline.h"
#include "document/json.h"

namespace proffer::aggregation {

inline boost::json::value value_of(std::string_view text) { return document::parse_json(text).value(); }

// What comes out, as JSON text; else what is wrong.
inline std::string run(std::string_view pipeline, std::string_view documents, const PipelineOptions& options = {}) {
  const auto parsed = parse_pipeline(value_of(pipeline));
  if (!parsed) return parsed.error().message;
  std::vector<boost::json::object> in;
  const auto value = value_of(documents);
  for (const auto& document : value.as_array()) in.push_back(document.as_object());
  const auto out = run_pipeline(*parsed, std::move(in), options);
  if (!out) return out.error().message;
  return document::json_text(boost::json::value(boost::json::array(out->begin(), out->end())));
}

// The value of an expression in a document, as JSON text; "missing"; else what is wrong.
inline std::string eval(std::string_view expression, std::string_view document = "{}") {
  const boost::json::array pipeline{
      boost::json::object{{"$project", boost::json::object{{"_id", 0}, {"x", value_of(expression)}}}}};
  const auto parsed = parse_pipeline(pipeline);
  if (!parsed) return parsed.error().message;
  const auto out = run_pipeline(*parsed, {value_of(document).as_object()});
  if (!out) return out.error().message;
  const auto* value = out->at(0).if_contains("x");
  if (value == nullptr) return "missing";
  return value->is_double() ? boost::json::serialize(*value) : document::json_text(*value);
}

}  // namespace proffer::aggregation
