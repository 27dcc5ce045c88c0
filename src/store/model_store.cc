#include "store/model_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64url.h"
#include "base/scoring_limits.h"

namespace proffer::store {
namespace {

namespace json = boost::json;
namespace limits = base::limits;

const Collection models{"proffer", "models"};
const Collection parts{"proffer", "model_parts"};
const Collection owners{"proffer", "model_owners"};

std::string id_of(const ModelOwner& owner) { return owner.project + '/' + owner.use_case; }

// Ids sort as versions do.
std::string id_of(const ModelOwner& owner, std::int64_t version) {
  return fmt::format("{}/{:012}", id_of(owner), version);
}

std::string part_id(const ModelOwner& owner, std::int64_t version, std::size_t part) {
  return fmt::format("{}/{:06}", id_of(owner, version), part);
}

base::Status put_parts(DocumentStore& documents, const ModelOwner& owner, std::int64_t version,
                       std::string_view bytes) {
  for (std::size_t i = 0; i * limits::model_part_bytes < bytes.size(); ++i) {
    const auto part = bytes.substr(i * limits::model_part_bytes, limits::model_part_bytes);
    TRY_DO(documents.put(parts, {{"_id", part_id(owner, version, i)}, {"bytes", base::to_base64url(part)}}));
  }
  return {};
}

base::Result<std::int64_t> serving_version(DocumentStore& documents, const ModelOwner& owner) {
  TRY(const auto found, documents.get(owners, id_of(owner)));
  return found ? found->at("serving").to_number<std::int64_t>() : 0;
}

auto not_found(const ModelOwner& owner, std::int64_t version) {
  return base::fail(base::ErrorKind::not_found, fmt::format("there is no version {} of '{}'", version, owner.use_case));
}

base::Result<std::vector<Document>> kept(DocumentStore& documents, const ModelOwner& owner) {
  ScanOptions options;
  options.id_prefix = id_of(owner) + '/';
  options.limit = 2 * limits::model_versions;
  return documents.scan(models, {}, options);
}

std::int64_t version_of(const Document& document) { return document.at("version").to_number<std::int64_t>(); }

}  // namespace

base::Result<std::int64_t> ModelStore::next_version(const ModelOwner& owner) {
  const Document fresh{
      {"_id", id_of(owner)}, {"project", owner.project}, {"use_case", owner.use_case}, {"serving", 0}, {"newest", 0}};
  if (auto status = documents_.insert(owners, fresh); !status && status.error().kind != base::ErrorKind::conflict)
    return tl::unexpected(status.error());
  TRY(const auto updated, documents_.update(owners, id_of(owner), {{}, {{"newest", 1}}, {}}));
  if (!updated) return base::fail(base::ErrorKind::conflict, "the use case was removed meanwhile");
  return updated->at("newest").to_number<std::int64_t>();
}

base::Result<std::int64_t> ModelStore::add(const ModelOwner& owner, json::object told, std::string_view bytes) {
  TRY(const auto version, next_version(owner));
  TRY(const auto served_before, serving_version(documents_, owner));
  TRY_DO(put_parts(documents_, owner, version, bytes));
  told["_id"] = id_of(owner, version);
  told["version"] = version;
  told["bytes"] = bytes.size();
  TRY_DO(documents_.put(models, std::move(told)));
  TRY_DO(serve(owner, version));
  TRY_DO(make_room(owner, served_before));
  return version;
}

base::Status ModelStore::make_room(const ModelOwner& owner, std::int64_t served_before) {
  TRY(const auto documents, kept(documents_, owner));
  std::size_t over = documents.size() - std::min(documents.size(), limits::model_versions);
  for (const auto& document : documents) {
    if (over == 0) break;
    const auto version = version_of(document);
    if (version == served_before) continue;
    const auto id = id_of(owner, version);
    TRY_DO(documents_.write({Remove{models, id}, RemovePrefix{parts, id + '/'}}));
    --over;
  }
  return {};
}

base::Result<std::vector<json::object>> ModelStore::versions(const ModelOwner& owner) const {
  TRY(auto documents, kept(documents_, owner));
  TRY(const auto serving, serving_version(documents_, owner));
  std::ranges::reverse(documents);
  for (auto& document : documents) {
    document.erase("_id");
    document["serving"] = version_of(document) == serving;
  }
  return documents;
}

base::Result<json::object> ModelStore::told(const ModelOwner& owner, std::int64_t version) const {
  TRY(auto document, documents_.get(models, id_of(owner, version)));
  if (!document) return not_found(owner, version);
  document->erase("_id");
  return std::move(*document);
}

base::Result<std::string> ModelStore::bytes(const ModelOwner& owner, std::int64_t version) const {
  TRY(const auto document, told(owner, version));
  const auto size = document.at("bytes").to_number<std::size_t>();
  std::string out;
  for (std::size_t i = 0; out.size() < size; ++i) {
    TRY(const auto part, documents_.get(parts, part_id(owner, version, i)));
    const auto bytes = part ? base::from_base64url(part->at("bytes").as_string()) : std::nullopt;
    if (!bytes || bytes->empty())
      return base::fail(base::ErrorKind::internal,
                        fmt::format("part {} of model {} is not there", i, id_of(owner, version)));
    out += *bytes;
  }
  return out;
}

base::Status ModelStore::serve(const ModelOwner& owner, std::int64_t version) {
  TRY_DO(told(owner, version));
  TRY(const auto updated, documents_.update(owners, id_of(owner), {{{"serving", version}}, {}, {}}));
  return updated ? base::Status{} : not_found(owner, version);
}

base::Status ModelStore::withdraw(const ModelOwner& owner) {
  TRY_DO(documents_.update(owners, id_of(owner), {{{"serving", 0}}, {}, {}}));
  return {};
}

base::Result<std::vector<ServingModel>> ModelStore::serving() const {
  std::vector<ServingModel> out;
  ScanOptions options;
  while (true) {
    TRY(const auto page, documents_.scan(owners, {}, options));
    for (const auto& document : page) {
      const auto version = document.at("serving").to_number<std::int64_t>();
      if (version > 0)
        out.push_back(
            {{std::string(document.at("project").as_string()), std::string(document.at("use_case").as_string())},
             version});
    }
    if (page.size() < options.limit) return out;
    options.after = std::string(page.back().at("_id").as_string());
  }
}

}  // namespace proffer::store
