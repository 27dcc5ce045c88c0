#include "service/project_documents.h"

#include <algorithm>

#include "base/uuid.h"
#include "document/json.h"
#include "service/collections.h"
#include "service/option_documents.h"
#include "store/aggregate.h"

namespace proffer::service {
namespace json = boost::json;

base::Status for_each_document(store::DocumentStore& documents, const store::Collection& collection,
                               const std::function<base::Status(store::Document&&)>& visit) {
  store::ScanOptions page;
  while (true) {
    TRY(auto found, documents.scan(collection, {}, page));
    if (found.empty()) return {};
    page.after = std::string(found.back().at("_id").as_string());
    for (auto& document : found) TRY_DO(visit(std::move(document)));
  }
}

base::Status check_open(const Campaigns& campaigns, const std::string& project, const store::Collection& collection,
                        const std::string& location) {
  const auto is_taken = [&](const LiveCampaignPtr& live) {
    const auto definition = live->current();
    return options_store(*definition) == collection ||
           (feature_store(*definition) == collection && definition->campaign.project != project);
  };
  const auto value = document::json_text(json::value(collection.database + '.' + collection.name));
  if (collection.database.empty() || collection.name.empty()) {
    return base::fail_field(location, "expected a database and a collection", value);
  }
  const bool theirs = lies_in_project(project, collection) && !collections::are_proffers_own(collection);
  if (theirs && std::ranges::none_of(campaigns.all(), is_taken)) return {};
  return base::fail_field(location, "names a collection that is in use", value);
}

base::Result<std::vector<json::object>> aggregate(const Ports& ports, const store::Collection& collection,
                                                  const aggregation::Pipeline& pipeline) {
  aggregation::PipelineOptions options;
  options.now = ports.clock.now();
  options.seed = ports.entropy.next();
  return store::aggregate(ports.documents, collection, pipeline, options);
}

base::Status replace_documents(store::DocumentStore& documents, const store::Collection& collection,
                               std::vector<store::Document> fresh) {
  std::vector<store::Write> writes;
  writes.reserve(fresh.size() + 1);
  writes.emplace_back(store::RemovePrefix{collection, ""});
  for (auto& document : fresh) writes.emplace_back(store::Put{collection, std::move(document)});
  return documents.write(std::move(writes));
}

store::Document with_id(json::object document, const Ports& ports) {
  const auto* id = document.if_contains("_id");
  if (id == nullptr || !id->is_string()) {
    document["_id"] = base::make_uuid(ports.clock.now(), ports.entropy.next()).to_string();
  }
  return document;
}

}  // namespace proffer::service
