#include "service/offer_tables.h"

#include <fmt/format.h>

#include <array>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "document/json.h"
#include "service/collections.h"
#include "service/sources.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr std::size_t page_rows = 1'000;
constexpr std::array<std::string_view, 3> default_keys{"offer", "offer_name", "offer_id"};

std::optional<double> number_at(const json::object& row, std::initializer_list<std::string_view> columns) {
  for (const std::string_view column : columns) {
    const json::value* value = row.if_contains(column);
    if (value == nullptr || value->is_null()) continue;
    const auto* text = value->if_string();
    const json::value number = text == nullptr ? *value : document::number_from_text(std::string_view(*text));
    if (number.is_number()) return number.to_number<double>();
  }
  return std::nullopt;
}

std::optional<std::string> offer_of(const json::object& row, const std::string& key) {
  if (!key.empty()) return scalar_text(row.if_contains(key));
  for (const std::string_view column : default_keys)
    if (auto name = scalar_text(row.if_contains(column))) return name;
  return std::nullopt;
}

const OfferTags* find(const std::optional<OfferTable>& table, const std::string& offer) {
  if (!table) return nullptr;
  const auto found = table->find(offer);
  return found == table->end() ? nullptr : &found->second;
}

template <class T>
bool set(T& place, T value) {
  const bool changes = place != value;
  place = value;
  return changes;
}

bool set_prices(decision::Option& option, const OfferTags& own, const OfferTags* listed, bool has_matrix) {
  const double otherwise = has_matrix && listed == nullptr ? 0 : 1;
  const auto pick = [&](std::optional<double> OfferTags::*tag) {
    if (listed != nullptr && listed->*tag) return *(listed->*tag);
    return (own.*tag).value_or(otherwise);
  };
  bool changed = set(option.cost, pick(&OfferTags::cost));
  changed |= set(option.price, pick(&OfferTags::price));
  changed |= set(option.value, pick(&OfferTags::value));
  return changed;
}

double spend_limit(const OfferTags& own, const OfferTags* budget, const OfferTags* listed) {
  if (own.spend_limit) return *own.spend_limit;
  if (budget != nullptr && budget->spend_limit) return *budget->spend_limit;
  if (listed != nullptr && listed->spend_limit) return *listed->spend_limit;
  return decision::unlimited_spend;
}

void warn_of_missing(const Definition& definition, const std::vector<std::string_view>& missing) {
  if (missing.empty()) return;
  base::log::warn(
      "campaign {}: {} options have offers that the offer matrix does not name, {} for one: their cost, price "
      "and value are 0 unless their rows say otherwise",
      definition.campaign.name, missing.size(), missing.front());
}

base::Result<std::optional<OfferTable>> read_named(store::DocumentStore& documents, const Definition& definition,
                                                   const std::optional<TableFields>& table, std::string_view location) {
  if (!table) return std::nullopt;
  TRY(const auto collection, users_collection(definition.campaign.project, table->db, table->table, location));
  TRY(auto rows, read_offer_table(documents, collection, table->key));
  return std::optional(std::move(rows));
}

}  // namespace

OfferTags offer_tags(const json::object& row) {
  OfferTags tags{.cost = number_at(row, {"cost", "offer_cost"}),
                 .price = number_at(row, {"price", "offer_price"}),
                 .value = number_at(row, {"offer_value", "value"}),
                 .spend_limit = number_at(row, {"spend_limit"})};
  if (!tags.value) tags.value = tags.price;
  const bool is_limit = tags.spend_limit && (*tags.spend_limit >= 0 || *tags.spend_limit == decision::unlimited_spend);
  if (!is_limit) tags.spend_limit.reset();
  return tags;
}

base::Result<OfferTable> read_offer_table(store::DocumentStore& documents, const store::Collection& collection,
                                          const std::string& key) {
  OfferTable table;
  store::ScanOptions page;
  page.limit = page_rows;
  for (std::size_t rows = 0;;) {
    TRY(const auto found, documents.scan(collection, {}, page));
    if (found.empty()) return table;
    page.after = std::string(found.back().at("_id").as_string());
    rows += found.size();
    if (rows > base::limits::offers_per_campaign) {
      return base::fail(base::ErrorKind::too_large, fmt::format("{}.{} has more than {} rows", collection.database,
                                                                collection.name, base::limits::offers_per_campaign));
    }
    for (const auto& row : found)
      if (const auto offer = offer_of(row, key)) table[*offer] = offer_tags(row);
  }
}

bool set_offer_tags(Definition& definition, const std::optional<OfferTable>& matrix,
                    const std::optional<OfferTable>& budgets) {
  bool changed = false;
  std::vector<std::string_view> missing;
  for (auto& [id, row] : definition.rows) {
    if (row.retired) continue;
    const OfferTags own = offer_tags(row.attributes);
    const OfferTags* listed = find(matrix, row.option.offer);
    if (matrix && listed == nullptr) missing.push_back(row.option.offer);
    changed |= set_prices(row.option, own, listed, matrix.has_value());
    changed |= set(row.constraints.spend_limit, spend_limit(own, find(budgets, row.option.offer), listed));
  }
  warn_of_missing(definition, missing);
  return changed;
}

bool has_offer_tables(const CampaignDocument& document) {
  const Sources sources = sources_of(document);
  return sources.offer_matrix || sources.offer_budget;
}

base::Result<bool> read_offer_tables(store::DocumentStore& documents, Definition& definition, bool had_tables) {
  const Sources sources = sources_of(definition.document);
  if (!sources.offer_matrix && !sources.offer_budget && !had_tables) return false;
  TRY(const auto matrix, read_named(documents, definition, sources.offer_matrix, "body.offer_matrix"));
  TRY(const auto budgets, read_named(documents, definition, sources.offer_budget, "body.offer_budget"));
  return set_offer_tags(definition, matrix, budgets);
}

}  // namespace proffer::service
