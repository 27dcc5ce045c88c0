#include "adapters/memory/documents.h"

#include "store/document_text.h"
#include "store/field_key.h"
#include "store/update.h"

namespace proffer::adapters {
namespace {

using base::ErrorKind;
using base::Result;
using base::Status;
using store::Collection;
using store::Document;

// Refuses what no store takes.
Status check(const Document& document) {
  TRY_DO(store::document_text(document));
  return {};
}

Status check_all(const std::vector<store::Write>& batch) {
  for (const auto& one : batch) {
    if (const auto* put = std::get_if<store::Put>(&one)) TRY_DO(check(put->document));
  }
  return {};
}

std::string copy_id(const Document& document) { return std::string(document.at("_id").get_string()); }

bool begins_with(const std::string& text, const std::string& prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

template <class Documents>
auto scan_begin(Documents& documents, const store::ScanOptions& options) {
  if (options.after && *options.after >= options.id_prefix) return documents.upper_bound(*options.after);
  return documents.lower_bound(options.id_prefix);
}

}  // namespace

Document* MemoryDocumentStore::find(const Collection& collection, std::string_view id) {
  const auto documents = collections_.find(collection);
  if (documents == collections_.end()) return nullptr;
  const auto document = documents->second.find(id);
  return document == documents->second.end() ? nullptr : &document->second;
}

Result<std::optional<Document>> MemoryDocumentStore::get(const Collection& collection, std::string_view id) {
  const std::lock_guard lock(mutex_);
  const Document* document = find(collection, id);
  if (document == nullptr) return std::nullopt;
  return *document;
}

Status MemoryDocumentStore::insert(const Collection& collection, Document document) {
  TRY_DO(check(document));
  const std::lock_guard lock(mutex_);
  TRY_DO(before_write());
  std::string id = copy_id(document);
  const auto [place, inserted] = collections_[collection].try_emplace(id, std::move(document));
  if (inserted) return {};
  return base::fail(ErrorKind::conflict,
                    "\"" + id + "\" exists already in " + collection.database + "." + collection.name);
}

Status MemoryDocumentStore::put(const Collection& collection, Document document) {
  std::vector<store::Write> batch;
  batch.push_back(store::Put{collection, std::move(document)});
  return write(std::move(batch));
}

Result<std::size_t> MemoryDocumentStore::put_all(const Collection& collection, std::vector<Document> documents) {
  for (const auto& document : documents) TRY_DO(check(document));
  const std::lock_guard lock(mutex_);
  TRY_DO(before_write());
  std::size_t replaced = 0;
  for (auto& document : documents) {
    store::Put put{collection, std::move(document)};
    replaced += find(collection, store::id_of(put.document).value()) != nullptr ? 1 : 0;
    apply(put);
  }
  return replaced;
}

Result<std::optional<Document>> MemoryDocumentStore::update(const Collection& collection, std::string_view id,
                                                            const store::Update& update) {
  const std::lock_guard lock(mutex_);
  Document* document = find(collection, id);
  if (document == nullptr) return std::nullopt;
  Document changed = *document;
  TRY_DO(store::apply(update, changed));
  TRY_DO(check(changed));
  TRY_DO(before_write());
  return *document = std::move(changed);
}

Result<bool> MemoryDocumentStore::remove(const Collection& collection, std::string_view id) {
  const std::lock_guard lock(mutex_);
  TRY_DO(before_write());
  const bool there = find(collection, id) != nullptr;
  apply(store::Remove{collection, std::string(id)});
  return there;
}

Result<std::vector<Document>> MemoryDocumentStore::scan(const Collection& collection, const document::Filter& filter,
                                                        const store::ScanOptions& options) {
  const std::lock_guard lock(mutex_);
  std::vector<Document> found;
  const auto documents = collections_.find(collection);
  if (documents == collections_.end()) return found;
  std::size_t bytes = 0;
  for (auto one = scan_begin(documents->second, options); one != documents->second.end(); ++one) {
    if (found.size() == options.limit || bytes >= options.max_bytes || !begins_with(one->first, options.id_prefix))
      break;
    if (!filter.matches(one->second)) continue;
    found.push_back(one->second);
    if (options.max_bytes != store::ScanOptions{}.max_bytes) bytes += store::document_text(one->second)->size();
  }
  return found;
}

// Reads the whole collection: nothing that lives in memory is large.
Result<std::vector<Document>> MemoryDocumentStore::find_by(const Collection& collection, std::string_view path,
                                                           const boost::json::value& value, std::size_t limit) {
  TRY_DO(store::check_field_value(value));
  TRY_DO(index(collection, path));
  return scan(collection, {{{std::string(path), document::Compare::equal, value}}},
              {.id_prefix = {}, .after = {}, .limit = limit});
}

Status MemoryDocumentStore::index(const Collection& collection, std::string_view path) {
  TRY_DO(store::check_indexed_path(path));
  if (path == "_id") return {};
  const std::lock_guard lock(mutex_);
  auto& indexed = indexed_[collection];
  if (indexed.contains(path)) return {};
  TRY_DO(store::check_index_count(indexed.size()));
  indexed.emplace(path);
  return {};
}

Result<std::vector<Collection>> MemoryDocumentStore::collections() {
  const std::lock_guard lock(mutex_);
  std::vector<Collection> found;
  for (const auto& [collection, documents] : collections_) {
    if (!documents.empty()) found.push_back(collection);
  }
  return found;
}

Status MemoryDocumentStore::write(std::vector<store::Write> batch) {
  TRY_DO(check_all(batch));
  const std::lock_guard lock(mutex_);
  TRY_DO(before_write());
  for (auto& one : batch) {
    std::visit([&](auto& step) { apply(step); }, one);
  }
  return {};
}

void MemoryDocumentStore::apply(store::Put& put) {
  std::string id = copy_id(put.document);
  collections_[put.collection].insert_or_assign(std::move(id), std::move(put.document));
}

void MemoryDocumentStore::apply(const store::Remove& remove) { collections_[remove.collection].erase(remove.id); }

void MemoryDocumentStore::apply(const store::RemovePrefix& remove) {
  Documents& documents = collections_[remove.collection];
  auto one = documents.lower_bound(remove.id_prefix);
  while (one != documents.end() && begins_with(one->first, remove.id_prefix)) one = documents.erase(one);
}

}  // namespace proffer::adapters
