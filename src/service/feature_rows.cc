#include "service/feature_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "service/option_documents.h"
#include "service/project_documents.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr std::string_view place = "feature_store";

struct StoredRow {
  std::string id;
  json::object row;
};

// Rows that came through the offers' routes name their project.
StoredRow without_bookkeeping(store::Document document, const std::string& project) {
  StoredRow row{std::string(document.at("_id").as_string()), std::move(document)};
  row.row.stable_erase("_id");
  const auto* owner = row.row.if_contains("project");
  if (owner != nullptr && *owner == json::value(project)) row.row.stable_erase("project");
  return row;
}

base::Result<std::vector<StoredRow>> read_all(store::DocumentStore& documents, const store::Collection& collection,
                                              const std::string& project) {
  std::vector<StoredRow> rows;
  TRY_DO(for_each_document(documents, collection, [&](store::Document&& document) -> base::Status {
    rows.push_back(without_bookkeeping(std::move(document), project));
    if (rows.size() <= base::limits::offers_per_campaign) return {};
    return base::fail(base::ErrorKind::too_large, fmt::format("{}.{} holds more than {} rows", collection.database,
                                                              collection.name, base::limits::offers_per_campaign));
  }));
  return rows;
}

// Rows that came through the offers' routes stand under the id of their option, without a number behind it.
bool is_latest(const StoredRow& row, const ContextualVariables& columns) {
  const auto read = parse_offer_rows(std::span(&row.row, 1), columns, DuplicateRows::merge, place);
  return read && read->front().offer.size() > 0 && row.id == feature_row_id(read->front().offer, read->front().context);
}

}  // namespace

base::Result<std::vector<OfferRow>> read_feature_rows(store::DocumentStore& documents, const Definition& definition) {
  const auto collection = feature_store(definition);
  const auto& columns = definition.document.contextual_variables;
  TRY(auto stored, read_all(documents, collection, definition.campaign.project));
  if (stored.empty()) {
    return base::fail_field("body.feature_store_collection", "expected a collection with rows",
                            fmt::format("\"{}.{}\"", collection.database, collection.name));
  }
  std::stable_partition(stored.begin(), stored.end(), [&](const StoredRow& row) { return !is_latest(row, columns); });
  std::vector<json::object> rows;
  rows.reserve(stored.size());
  for (auto& row : stored) rows.push_back(std::move(row.row));
  return parse_offer_rows(rows, columns, DuplicateRows::merge, place);
}

}  // namespace proffer::service
