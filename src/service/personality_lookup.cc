#include "service/personality_lookup.h"

#include "base/limits.h"
#include "document/json.h"
#include "service/collections.h"

namespace proffer::service {
namespace {

namespace json = boost::json;

constexpr std::string_view kept_members[] = {
    "personality", "trait",       "Industrious", "Intentional", "Experiential", "Enthusiastic",     "Extrovert",
    "Introvert",   "trait_score", "count",       "price",       "cost",         "personality_score"};

bool is_small(const json::value& value) {
  return value.is_number() || (value.is_string() && value.get_string().size() <= base::limits::text_field_bytes);
}

json::object kept_of(const store::Document& row) {
  json::object out;
  for (const auto name : kept_members) {
    const auto* value = row.if_contains(name);
    if (value != nullptr && is_small(*value)) out[name] = *value;
  }
  return out;
}

bool names_a_customer(const json::value& value) { return value.is_number() || (value.is_string() && value != ""); }

// What may stand in the field for this customer.
std::vector<json::value> values_of(std::string_view customer, const json::value& example) {
  std::vector<json::value> out;
  if (!example.is_number()) out.emplace_back(customer);
  const json::value number = document::number_from_text(customer);
  const bool any_type = !names_a_customer(example);
  if (number.is_number() && (any_type || example.is_number())) out.push_back(number);
  return out;
}

}  // namespace

bool is_spend_personality(const CampaignDocument& document) { return document.kind == spend_personality_kind; }

base::Status prepare_personality_lookup(store::DocumentStore& documents, const std::string& project,
                                        const CampaignDocument& document) {
  if (!is_spend_personality(document)) return {};
  const auto& fields = *document.personalities;
  TRY(const auto collection, users_collection(project, fields.db, fields.table, "body.personalities"));
  return documents.index(collection, fields.lookup.key);
}

base::Result<json::value> look_up_personality(store::DocumentStore& documents, const Definition& definition,
                                              std::string_view customer) {
  const auto& fields = *definition.document.personalities;
  TRY(const auto collection,
      users_collection(definition.campaign.project, fields.db, fields.table, "body.personalities"));
  auto values = values_of(customer, fields.lookup.value);
  if (names_a_customer(fields.lookup.value)) values.push_back(fields.lookup.value);
  for (const auto& value : values) {
    TRY(const auto found, documents.find_by(collection, fields.lookup.key, value, 1));
    if (!found.empty()) return json::value(kept_of(found.front()));
  }
  return json::value();
}

}  // namespace proffer::service
