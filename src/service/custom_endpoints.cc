#include "service/custom_endpoints.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/time_text.h"
#include "document/json.h"
#include "document/text.h"
#include "service/campaign_document.h"
#include "service/collections.h"

namespace proffer::service {
namespace {

std::string prefix_of(const std::string& project, const std::string& name) { return project + '/' + name + '/'; }

std::string id_of(const CustomEndpoint& endpoint, std::uint32_t version) {
  return prefix_of(endpoint.project, endpoint.name) + fmt::format("{:010}", version);
}

store::Document document_of(const CustomEndpoint& endpoint) {
  return {{"_id", id_of(endpoint, endpoint.version)},
          {"project", endpoint.project},
          {"name", endpoint.name},
          {"version", endpoint.version},
          {"date_updated", endpoint.date_updated},
          {"deleted", endpoint.program == nullptr},
          {"source", endpoint.source}};
}

base::Result<CustomEndpointPtr> from_document(const store::Document& document, HookEngine* engine) {
  try {
    auto endpoint = std::make_shared<CustomEndpoint>();
    endpoint->project = document.at("project").as_string();
    endpoint->name = document.at("name").as_string();
    endpoint->version = document.at("version").to_number<std::uint32_t>();
    endpoint->date_updated = document.at("date_updated").as_string();
    endpoint->source = document.at("source").as_string();
    if (document.at("deleted").as_bool()) return endpoint;
    auto program = compile_hooks(engine, endpoint->source);
    endpoint->program = program ? std::move(*program) : broken_program(program.error());
    return endpoint;
  } catch (const std::exception& error) {  // a member is missing or of another type
    return base::fail(base::ErrorKind::internal,
                      fmt::format("a stored custom endpoint cannot be read: {}", error.what()));
  }
}

// The last version of each endpoint, as documents.
base::Result<std::map<std::string, store::Document>> last_documents(store::DocumentStore& documents) {
  std::map<std::string, store::Document> last;
  store::ScanOptions page;
  while (true) {
    TRY(auto found, documents.scan(collections::custom_endpoints, {}, page));
    if (found.empty()) return last;
    page.after = std::string(found.back().at("_id").as_string());
    for (auto& document : found) {
      const std::string id(document.at("_id").as_string());
      last[id.substr(0, id.rfind('/'))] = std::move(document);  // ids of one endpoint come in order of versions
    }
  }
}

base::Status check_name(const std::string& name) {
  if (is_campaign_name(name)) return {};
  return base::fail_field("name", "expected 1 to 100 characters of A-Z, a-z, 0-9, '.', '_' and '-'",
                          document::json_excerpt(boost::json::value(document::repaired_utf8(name))));
}

}  // namespace

std::string CustomEndpoint::etag() const { return fmt::format("\"{}-{}\"", name, version); }

base::Status CustomEndpoints::load() {
  const std::lock_guard changing(changing_);
  TRY(const auto documents, last_documents(ports_.documents));
  std::map<Key, CustomEndpointPtr, std::less<>> loaded;
  for (const auto& [id, document] : documents) {
    TRY(auto endpoint, from_document(document, ports_.hooks));
    loaded[{endpoint->project, endpoint->name}] = endpoint;
  }
  const std::unique_lock lock(mutex_);
  endpoints_.swap(loaded);
  return {};
}

CustomEndpointPtr CustomEndpoints::last(const std::string& project, const std::string& name) const {
  const std::shared_lock lock(mutex_);
  const auto found = endpoints_.find(Key{project, name});
  return found == endpoints_.end() ? nullptr : found->second;
}

CustomEndpointPtr CustomEndpoints::find(std::string_view project, std::string_view name) const {
  auto found = last(std::string(project), std::string(name));
  return found && found->program ? found : nullptr;
}

std::vector<CustomEndpointPtr> CustomEndpoints::of_project(std::string_view project) const {
  const std::shared_lock lock(mutex_);
  std::vector<CustomEndpointPtr> out;
  for (const auto& [key, endpoint] : endpoints_) {
    if (key.first == project && endpoint->program) out.push_back(endpoint);
  }
  return out;
}

base::Result<CustomEndpointPtr> CustomEndpoints::store_next(CustomEndpoint next) {
  const auto before = last(next.project, next.name);
  next.version = before ? before->version + 1 : 1;
  next.date_updated = base::TimeZone{}.format(ports_.clock.now());
  std::vector<store::Write> writes{store::Put{collections::custom_endpoints, document_of(next)}};
  if (next.version > base::limits::custom_versions) {
    const auto oldest = next.version - static_cast<std::uint32_t>(base::limits::custom_versions);
    writes.emplace_back(store::Remove{collections::custom_endpoints, id_of(next, oldest)});
  }
  TRY_DO(ports_.documents.write(std::move(writes)));
  auto made = std::make_shared<const CustomEndpoint>(std::move(next));
  const std::unique_lock lock(mutex_);
  endpoints_[{made->project, made->name}] = made;
  return made;
}

base::Result<CustomEndpointPtr> CustomEndpoints::put(const std::string& project, const std::string& name,
                                                     std::string source, const Expected& expected) {
  TRY_DO(check_name(name));
  TRY(auto program, compile_hooks(ports_.hooks, source));
  if (!program->defines("handle")) return base::fail_field("body", "expected a source with function handle(request)");
  const std::lock_guard changing(changing_);
  const auto current = find(project, name);
  const auto etag = current ? current->etag() : std::string();
  TRY_DO(check_expected(expected, current ? &etag : nullptr, "the endpoint"));
  if (!current && of_project(project).size() >= base::limits::custom_endpoints) {
    return base::fail(base::ErrorKind::too_large,
                      fmt::format("there are {} custom endpoints already", base::limits::custom_endpoints));
  }
  return store_next({project, name, 0, std::move(source), "", std::move(program)});
}

base::Status CustomEndpoints::remove(const std::string& project, const std::string& name, const Expected& expected) {
  const std::lock_guard changing(changing_);
  const auto current = find(project, name);
  if (!current) return base::fail(base::ErrorKind::not_found, "there is no custom endpoint '" + name + "'");
  const auto etag = current->etag();
  TRY_DO(check_expected(expected, &etag, "the endpoint"));
  TRY_DO(store_next({project, name, 0, "", "", nullptr}));
  return {};
}

base::Result<std::vector<store::Document>> CustomEndpoints::versions(const std::string& project,
                                                                     const std::string& name) const {
  store::ScanOptions options;
  options.id_prefix = prefix_of(project, name);
  return ports_.documents.scan(collections::custom_endpoints, {}, options);
}

}  // namespace proffer::service
