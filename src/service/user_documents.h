// The collections of users: what look-ups read, filled and read by their owners.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aggregation/pipeline.h"
#include "aggregation/query.h"
#include "base/result.h"
#include "service/campaigns.h"
#include "service/ports.h"

namespace proffer::service {

struct FindDocuments {
  aggregation::Query filter;
  std::optional<std::string> after;     // only ids greater than this (byte order)
  std::size_t limit = 100;              // up to limits::page_rows
  std::vector<std::string> projection;  // paths to keep beside `_id`; empty: everything
};

struct FoundDocuments {
  std::vector<store::Document> documents;
  std::optional<std::string> next;  // `after` of what follows; nothing at the end
};

class UserDocuments {
 public:
  UserDocuments(const Ports& ports, const Campaigns& campaigns) : ports_(ports), campaigns_(campaigns) {}

  // Where the collection of a project lies. Errors: as users_collection (service/collections.h); invalid for a
  // campaign's options store, which only the campaign changes.
  base::Result<store::Collection> collection(const std::string& project, const std::string& database,
                                             const std::string& name) const;
  // Those of the project that hold a document, as it knows them, in order.
  base::Result<std::vector<store::Collection>> list(const std::string& project) const;

  // Whether a document may be put there. Errors: too_large for one more collection than limits::collections.
  base::Status check_room(const store::Collection& collection) const;

  // In order of id. A page is cut, with `next`, at limits::find_bytes and after limits::find_documents_read documents.
  base::Result<FoundDocuments> find(const store::Collection& collection, const FindDocuments& wanted) const;
  // Errors: as store::aggregate.
  base::Result<std::vector<boost::json::object>> aggregate(const store::Collection& collection,
                                                           const aggregation::Pipeline& pipeline) const;
  base::Result<bool> remove(const store::Collection& collection, std::string_view id);
  // How many there were. In batches: what is put meanwhile may stay.
  base::Result<std::size_t> clear(const store::Collection& collection);

 private:
  bool is_options_store(const store::Collection& collection) const;

  Ports ports_;
  const Campaigns& campaigns_;
};

}  // namespace proffer::service
