#include "service/table_offers.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/limits.h"
#include "document/json.h"
#include "service/collections.h"
#include "service/project_documents.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr const char* query_field = "body.cassandra_offer_query";

// What is wrong with the query is told at its field.
tl::unexpected<base::Error> at_query(base::Error error, const std::string& query) {
  if (error.kind == base::ErrorKind::invalid) {
    return base::fail_field(query_field, error.message, document::json_excerpt(json::value(query)));
  }
  return tl::unexpected(std::move(error));
}

base::Result<std::vector<store::Document>> read_rows(TableSource& tables, const std::string& query) {
  TRY(const auto rows, tables.select({.text = query,
                                      .max_rows = base::limits::offers_per_campaign,
                                      .max_bytes = base::limits::body_offers_bytes}));
  std::vector<store::Document> documents;
  for (;;) {
    TRY(auto row, rows->next());
    if (!row) return documents;
    const auto* id = row->if_contains("_id");
    if (id == nullptr || !id->is_string()) (*row)["_id"] = fmt::format("{:08}", documents.size() + 1);
    documents.push_back(std::move(*row));
  }
}

}  // namespace

base::Result<std::size_t> copy_table_offers(const Ports& ports, const Campaigns& campaigns, const std::string& project,
                                            TableOffers offers) {
  if (ports.tables == nullptr) {
    return base::fail_field(query_field, "no Cassandra is configured: option cassandra names its address");
  }
  const auto collection = in_project(project, std::move(offers.into));
  TRY_DO(check_open(campaigns, project, collection, "body.mongo_offer_collection"));
  auto documents = read_rows(*ports.tables, offers.query);
  if (!documents) return at_query(std::move(documents).error(), offers.query);
  if (documents->empty()) return at_query({base::ErrorKind::invalid, "gives no rows", {}}, offers.query);
  const std::size_t count = documents->size();
  TRY_DO(replace_documents(ports.documents, collection, *std::move(documents)));
  return count;
}

}  // namespace proffer::service
