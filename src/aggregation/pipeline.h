// MongoDB's aggregation pipelines on documents, with its meaning: a list of stages, each of which makes the next one's
// documents.
//
// Where MongoDB leaves an order open, this one is fixed: groups, and the values of $addToSet, stand in the order in
// which they first come up.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aggregation/stage.h"
#include "base/clock.h"
#include "base/query_limits.h"
#include "base/result.h"
#include "document/filter.h"

namespace proffer::aggregation {

// Where the last stage, $out, wants the documents put; `database` is empty when it names only a collection.
struct PipelineOutput {
  std::string database;
  std::string collection;
};

struct Pipeline {
  std::vector<StageMaker> stages;  // without $out
  std::optional<PipelineOutput> out;
  document::Filter needed;  // what a document must fulfil for the first stage to let it through
};

// Errors: `invalid` with everything that is wrong, at places such as "pipeline[2].$group.total", which begin with
// `place`.
base::Result<Pipeline> parse_pipeline(const boost::json::value& value,
                                      const document::Place& place = document::Place("pipeline"));

struct PipelineOptions {
  base::Time now = {};                                       // $$NOW
  std::uint64_t seed = 0;                                    // of $sample
  std::size_t documents = base::limits::pipeline_documents;  // that the stages and the result hold at a time
  std::size_t bytes = base::limits::pipeline_bytes;          // and of these
};

// One run. The pipeline must outlive it.
class PipelineRun {
 public:
  PipelineRun(const Pipeline& pipeline, const PipelineOptions& options);
  ~PipelineRun();

  // The next document. Errors: `invalid` at the place of the operator that cannot take it; `too_large` past the
  // options' bounds, and past limits::pipeline_steps documents that went into a stage.
  base::Status take(boost::json::object document);
  // Whether no further document changes the result.
  bool is_full() const;
  // What came out. Numbers that JSON cannot say are {"$numberDouble": "NaN"}, as in MongoDB's Extended JSON.
  base::Result<std::vector<boost::json::object>> finish();

 private:
  class Chain;
  std::unique_ptr<Chain> chain_;
};

base::Result<std::vector<boost::json::object>> run_pipeline(const Pipeline& pipeline,
                                                            std::vector<boost::json::object> documents,
                                                            const PipelineOptions& options = {});

}  // namespace proffer::aggregation
