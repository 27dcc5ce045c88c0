#include "service/sources.h"

#include <fmt/format.h>

#include "base/ascii.h"
#include "service/collections.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

using document::Place;
using document::Violations;

class Check {
 public:
  explicit Check(Violations& violations) : violations_(violations) {}

  template <class Table>
  void table(const Table& table, const Place& place) {
    database(table.database, Place(place, "database"));
    const auto collection = users_collection("default", table.db, table.table, place.text());
    if (!collection) violations_.add(place, collection.error().fields.at(0).message);
  }

  void key(const KeyFields& key, const Place& place) {
    if (key.key.empty()) violations_.add(Place(place, "key"), "expected the name of the field with the customer");
    if (!key.value.is_null() && !key.value.is_string() && !key.value.is_number())
      violations_.add(Place(place, "value"), "expected a number or text", key.value);
  }

 private:
  // Whole tables are read at once, and by name, so they are kept here; a customer's row may be elsewhere.
  void database(const std::string& database, const Place& place) {
    constexpr std::string_view others = "of others only cassandra is read, and for look-ups alone";
    if (base::equal_ignoring_case(database, own_store)) return;
    violations_.add(place, fmt::format("expected \"{}\", the server's own store: {}", own_store, others),
                    json::value(database));
  }

  Violations& violations_;
};

void check_lookups(const std::vector<LookupFields>& lookups, const Place& place, Violations& violations) {
  Check check(violations);
  for (std::size_t i = 0; i < lookups.size(); ++i) {
    const Place here(place, i);
    if (!is_elsewhere(lookups[i])) check.table(lookups[i], here);
    check.key(lookups[i].lookup, Place(here, "lookup"));
  }
}

template <class T>
void check_table(const std::optional<T>& table, const Place& place, Violations& violations) {
  if (table) Check(violations).table(*table, place);
}

void check_whitelist(const std::optional<WhitelistFields>& whitelist, const Place& place, Violations& violations) {
  check_table(whitelist, place, violations);
  if (!whitelist) return;
  Check(violations).key(whitelist->lookup, Place(place, "lookup"));
  if (whitelist->list.empty()) violations.add(Place(place, "list"), "expected the name of the field with the offers");
}

void check_properties(const Properties& properties, const Place& place, Violations& violations) {
  check_lookups(properties.lookups, Place(place, "predictor.param.lookup"), violations);
  check_table(properties.offer_matrix, Place(place, "predictor.offer.matrix"), violations);
  check_table(properties.offer_budget, Place(place, "predictor.offer.budget"), violations);
  check_whitelist(properties.whitelist, Place(place, "predictor.whitelist.lookup"), violations);
}

void check_fields(const CampaignDocument& document, const Place& body, Violations& violations) {
  check_lookups(document.lookups, Place(body, "lookups"), violations);
  check_table(document.offer_matrix, Place(body, "offer_matrix"), violations);
  check_table(document.offer_budget, Place(body, "offer_budget"), violations);
  check_whitelist(document.whitelist, Place(body, "whitelist"), violations);
}

std::vector<VirtualVariable> variables_of(const CampaignDocument& document, const Properties& properties,
                                          const Place& body, Violations& violations) {
  const Place in_properties(Place(body, "properties"), "predictor.param.lookup");
  auto variables =
      read_virtual_variables(properties.virtual_variables, Place(in_properties, "virtual_variables"), violations);
  auto own = read_virtual_variables(document.virtual_variables, Place(body, "virtual_variables"), violations);
  variables.insert(variables.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
  return variables;
}

}  // namespace

Sources read_sources(const CampaignDocument& document, const Place& body, Violations& violations) {
  const Place in_properties(body, "properties");
  const Properties properties = read_properties(document.properties, in_properties, violations);
  check_properties(properties, in_properties, violations);
  check_fields(document, body, violations);
  Sources sources;
  sources.lookups = document.lookups.empty() ? properties.lookups : document.lookups;
  sources.virtual_variables = variables_of(document, properties, body, violations);
  sources.offer_matrix = document.offer_matrix ? document.offer_matrix : properties.offer_matrix;
  sources.offer_budget = document.offer_budget ? document.offer_budget : properties.offer_budget;
  sources.whitelist = document.whitelist ? document.whitelist : properties.whitelist;
  const auto fallback = static_cast<std::int64_t>(document.randomisation.cache_duration);
  sources.offer_cache_ms = document.offer_cache_ms.value_or(properties.offer_cache_ms.value_or(fallback));
  sources.model_type = properties.model_type;
  return sources;
}

Sources sources_of(const CampaignDocument& document) {
  Violations none;
  return read_sources(document, Place("body"), none);
}

}  // namespace proffer::service
