#include "service/whole_collections.h"

#include "base/uuid.h"

namespace proffer::service {

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

base::Status replace_documents(store::DocumentStore& documents, const store::Collection& collection,
                               std::vector<store::Document> fresh) {
  std::vector<store::Write> writes;
  writes.reserve(fresh.size() + 1);
  writes.emplace_back(store::RemovePrefix{collection, ""});
  for (auto& document : fresh) writes.emplace_back(store::Put{collection, std::move(document)});
  return documents.write(std::move(writes));
}

store::Document with_id(boost::json::object document, const Ports& ports) {
  const auto* id = document.if_contains("_id");
  if (id == nullptr || !id->is_string()) {
    document["_id"] = base::make_uuid(ports.clock.now(), ports.entropy.next()).to_string();
  }
  return document;
}

}  // namespace proffer::service
