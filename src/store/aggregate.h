// Aggregation pipelines on a collection.
#pragma once

#include <boost/json.hpp>
#include <vector>

#include "aggregation/pipeline.h"
#include "base/result.h"
#include "store/document_store.h"

namespace proffer::store {

// What the pipeline makes of the collection's documents, which it gets in the order of their ids. Reads page by page; a
// $match that comes first is handed to the store as far as the store can compare, so a server sends only what may
// match. All later stages run here, for every store alike: results do not depend on where documents lie, nor on how a
// store keeps integers, dates or names with dots.
//
// Errors: as aggregation::PipelineRun; too_large for more documents than limits::pipeline_documents_read; as scan().
base::Result<std::vector<boost::json::object>> aggregate(DocumentStore& documents, const Collection& collection,
                                                         const aggregation::Pipeline& pipeline,
                                                         const aggregation::PipelineOptions& options);

}  // namespace proffer::store
