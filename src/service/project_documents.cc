#include "service/project_documents.h"

#include <algorithm>
#include <set>

#include "base/uuid.h"
#include "document/json.h"
#include "service/collections.h"
#include "service/option_documents.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

std::string id_of(const store::Document& document) { return std::string(document.at("_id").as_string()); }

base::Status for_each(store::DocumentStore& documents, const store::Collection& collection,
                      const std::function<base::Status(store::Document&&)>& visit) {
  store::ScanOptions page;
  while (true) {
    TRY(auto found, documents.scan(collection, {}, page));
    if (found.empty()) return {};
    page.after = id_of(found.back());
    for (auto& document : found) TRY_DO(visit(std::move(document)));
  }
}

}  // namespace

bool is_of_project(const store::Document& document, const std::string& project) {
  const auto* owner = document.if_contains("project");
  return owner == nullptr || !owner->is_string() || std::string_view(owner->get_string()) == project;
}

base::Status for_each_of_project(store::DocumentStore& documents, const store::Collection& collection,
                                 const std::string& project,
                                 const std::function<base::Status(store::Document&&)>& visit) {
  return for_each(documents, collection, [&](store::Document&& document) -> base::Status {
    return is_of_project(document, project) ? visit(std::move(document)) : base::Status{};
  });
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

base::Status replace_documents(store::DocumentStore& documents, const store::Collection& collection,
                               const std::string& project, std::vector<store::Document> fresh) {
  std::vector<store::Write> writes;
  std::set<std::string> of_others;
  TRY_DO(for_each(documents, collection, [&](store::Document&& document) -> base::Status {
    if (is_of_project(document, project)) {
      writes.emplace_back(store::Remove{collection, id_of(document)});
    } else {
      of_others.insert(id_of(document));
    }
    return {};
  }));
  for (auto& document : fresh) {
    if (of_others.contains(id_of(document))) {
      return base::fail(base::ErrorKind::conflict, "the id '" + id_of(document) + "' is another project's");
    }
    writes.emplace_back(store::Put{collection, std::move(document)});
  }
  return documents.write(std::move(writes));
}

store::Document owned(json::object document, const std::string& project, const Ports& ports) {
  const auto* id = document.if_contains("_id");
  if (id == nullptr || !id->is_string()) {
    document["_id"] = base::make_uuid(ports.clock.now(), ports.entropy.next()).to_string();
  }
  document["project"] = project;
  return document;
}

}  // namespace proffer::service
