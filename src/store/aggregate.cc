#include "store/aggregate.h"

#include <fmt/format.h>

#include <utility>

#include "base/query_limits.h"

namespace proffer::store {
namespace {

namespace limits = base::limits;

constexpr std::size_t documents_at_once = 500;

}  // namespace

base::Result<std::vector<boost::json::object>> aggregate(DocumentStore& documents, const Collection& collection,
                                                         const aggregation::Pipeline& pipeline,
                                                         const aggregation::PipelineOptions& options) {
  aggregation::PipelineRun run(pipeline, options);
  ScanOptions page{.id_prefix = {}, .after = {}, .limit = documents_at_once, .max_bytes = limits::import_batch_bytes};
  for (std::size_t read = 0; !run.is_full();) {
    TRY(auto found, documents.scan(collection, pipeline.needed, page));
    if (found.empty()) break;
    page.after = std::string(found.back().at("_id").as_string());
    read += found.size();
    if (read > limits::pipeline_documents_read) {
      return base::fail(base::ErrorKind::too_large,
                        fmt::format("a pipeline reads at most {} documents", limits::pipeline_documents_read));
    }
    for (auto& document : found) TRY_DO(run.take(std::move(document)));
  }
  return run.finish();
}

}  // namespace proffer::store
