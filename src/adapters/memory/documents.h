// The document port in memory: for tests, and for trying things out. Keeps nothing.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "adapters/memory/faults.h"
#include "store/document_store.h"

namespace proffer::adapters {

class MemoryDocumentStore final : public store::DocumentStore {
 public:
  // `faults` must outlive the store; null: nothing fails.
  explicit MemoryDocumentStore(Faults* faults = nullptr) : faults_(faults) {}

  base::Result<std::optional<store::Document>> get(const store::Collection&, std::string_view id) override;
  base::Status insert(const store::Collection&, store::Document) override;
  base::Status put(const store::Collection&, store::Document) override;
  base::Result<std::size_t> put_all(const store::Collection&, std::vector<store::Document>) override;
  base::Result<std::optional<store::Document>> update(const store::Collection&, std::string_view id,
                                                      const store::Update&) override;
  base::Result<bool> remove(const store::Collection&, std::string_view id) override;
  base::Result<std::vector<store::Document>> scan(const store::Collection&, const document::Filter&,
                                                  const store::ScanOptions&) override;
  base::Result<std::vector<store::Document>> find_by(const store::Collection&, std::string_view path,
                                                     const boost::json::value& value, std::size_t limit) override;
  base::Status index(const store::Collection&, std::string_view path) override;
  base::Result<std::vector<store::Collection>> collections() override;
  base::Status write(std::vector<store::Write> batch) override;
  base::Status ping() override { return {}; }
  base::Status reopen() override { return {}; }

 private:
  using Documents = std::map<std::string, store::Document, std::less<>>;

  base::Status before_write() { return faults_ == nullptr ? base::Status{} : faults_->before_write(); }
  store::Document* find(const store::Collection& collection, std::string_view id);
  void apply(store::Put& put);
  void apply(const store::Remove& remove);
  void apply(const store::RemovePrefix& remove);

  Faults* faults_;
  std::mutex mutex_;  // guards what follows
  std::map<store::Collection, Documents> collections_;
  std::map<store::Collection, std::set<std::string, std::less<>>> indexed_;  // paths: only to keep the port's limit
};

}  // namespace proffer::adapters
