#include "service/user_documents.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "document/json.h"
#include "document/path.h"
#include "service/collections.h"
#include "service/option_documents.h"
#include "service/project_documents.h"

namespace proffer::service {
namespace {

namespace limits = base::limits;
using base::Result;
using store::Collection;
using store::Document;

constexpr std::size_t documents_at_once = 500;

store::ScanOptions page_after(std::optional<std::string> id) {
  return {.id_prefix = {}, .after = std::move(id), .limit = documents_at_once, .max_bytes = limits::import_batch_bytes};
}

std::string id_of(const Document& document) { return std::string(document.at("_id").as_string()); }

Document projected(const Document& document, const std::vector<std::string>& paths) {
  if (paths.empty()) return document;
  Document out{{"_id", document.at("_id")}};
  for (const auto& path : paths) {
    const auto* value = document::find_path(document, path);
    if (value != nullptr && path != "_id") (void)document::set_path(out, path, *value);  // made from objects: fits
  }
  return out;
}

}  // namespace

bool UserDocuments::is_options_store(const Collection& collection) const {
  return std::ranges::any_of(
      campaigns_.all(), [&](const LiveCampaignPtr& live) { return options_store(*live->current()) == collection; });
}

Result<Collection> UserDocuments::collection(const std::string& project, const std::string& database,
                                             const std::string& name) const {
  TRY(auto found, users_collection(project, database, name, "path"));
  if (is_options_store(found)) {
    return base::fail_field("path", "names the options store of a campaign, which is the campaign's own");
  }
  return found;
}

Result<std::vector<Collection>> UserDocuments::list(const std::string& project) const {
  TRY(const auto all, ports_.documents.collections());
  std::vector<Collection> out;
  for (const auto& one : all) {
    auto known = users_name(project, one);
    if (known && !is_options_store(one)) out.push_back(std::move(*known));
  }
  return out;
}

base::Status UserDocuments::check_room(const Collection& collection) const {
  TRY(const auto there, ports_.documents.scan(collection, {}, {.id_prefix = {}, .after = {}, .limit = 1}));
  if (!there.empty()) return {};
  TRY(const auto all, ports_.documents.collections());
  if (all.size() < limits::collections) return {};
  return base::fail(base::ErrorKind::too_large,
                    fmt::format("there are {} collections; no more are made", limits::collections));
}

Result<FoundDocuments> UserDocuments::find(const Collection& collection, const FindDocuments& wanted) const {
  FoundDocuments found;
  found.next = wanted.after;
  const auto now = aggregation::now_value(ports_.clock.now());
  const aggregation::Variable variables{"NOW", &now, nullptr};
  std::size_t bytes = 0;
  for (std::size_t read = 0; read < limits::find_documents_read;) {
    TRY(const auto page, ports_.documents.scan(collection, {}, page_after(found.next)));
    if (page.empty()) {
      found.next.reset();
      break;
    }
    for (const auto& document : page) {
      found.next = id_of(document);
      ++read;
      TRY(const bool matches, wanted.filter.matches(document, &variables));
      if (!matches) continue;
      found.documents.push_back(projected(document, wanted.projection));
      bytes += document::json_text(found.documents.back()).size();
      if (found.documents.size() == wanted.limit || bytes >= limits::find_bytes) return found;
    }
  }
  return found;
}

Result<std::vector<boost::json::object>> UserDocuments::aggregate(const Collection& collection,
                                                                  const aggregation::Pipeline& pipeline) const {
  return service::aggregate(ports_, collection, pipeline);
}

Result<bool> UserDocuments::remove(const Collection& collection, std::string_view id) {
  return ports_.documents.remove(collection, id);
}

Result<std::size_t> UserDocuments::clear(const Collection& collection) {
  std::size_t removed = 0;
  for (;;) {
    TRY(const auto page, ports_.documents.scan(collection, {}, page_after(std::nullopt)));
    if (page.empty()) return removed;
    std::vector<store::Write> batch;
    for (const auto& document : page) batch.emplace_back(store::Remove{collection, id_of(document)});
    TRY_DO(ports_.documents.write(std::move(batch)));
    removed += page.size();
  }
}

}  // namespace proffer::service
