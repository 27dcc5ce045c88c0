#include "service/features.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "document/json.h"
#include "service/collections.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr std::string_view id_field = "_id";
constexpr std::string_view one_name = "contextual_variable_one";
constexpr std::string_view two_name = "contextual_variable_two";

constexpr const char* no_tables = "no Cassandra is configured: option cassandra names its address";

using Found = base::Result<std::optional<store::Document>>;

Found find_one(store::DocumentStore& documents, const store::Collection& collection, const std::string& key,
               const json::value& value) {
  if (key == id_field && value.is_string()) return documents.get(collection, std::string_view(value.get_string()));
  TRY(auto found, documents.find_by(collection, key, value, 1));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

// The customer as a value of the key's type; null when he has no such value.
json::value key_of(const std::string& customer, const KeyFields& lookup) {
  return lookup.value.is_number() ? document::number_from_text(customer) : json::value(customer);
}

bool is_given(const json::value& value) {
  return value.is_number() || (value.is_string() && !value.get_string().empty());
}

struct Looked {
  std::optional<store::Document> document;
  bool fell_back = false;
};

using Find = std::function<Found(const json::value& key)>;

base::Result<Looked> look_up(const Find& find, const KeyFields& lookup, const std::string& customer) {
  Looked looked;
  const json::value key = key_of(customer, lookup);
  if (is_given(key)) {
    TRY(looked.document, find(key));
  }
  if (looked.document || !is_given(lookup.value)) return looked;
  TRY(looked.document, find(lookup.value));
  looked.fell_back = looked.document.has_value();
  return looked;
}

Find find_in(store::DocumentStore& documents, store::Collection collection, const std::string& key) {
  return [&documents, collection = std::move(collection), &key](const json::value& value) {
    return find_one(documents, collection, key, value);
  };
}

base::Result<Find> find_of(store::DocumentStore& documents, TableSource* tables, const std::string& project,
                           const LookupFields& lookup) {
  if (!is_elsewhere(lookup)) {
    TRY(auto collection, users_collection(project, lookup.db, lookup.table, "body.lookups"));
    return find_in(documents, std::move(collection), lookup.lookup.key);
  }
  if (tables == nullptr) return base::fail(base::ErrorKind::unavailable, no_tables);
  return [tables, &lookup](const json::value& value) {
    return tables->find_row({lookup.db, lookup.table, lookup.lookup.key}, value);
  };
}

bool is_wanted(std::string_view name, const LookupFields& lookup) {
  if (name == id_field) return false;
  return lookup.features.empty() || std::ranges::find(lookup.features, name) != lookup.features.end();
}

// Names and values of params.input and params.value, when both are arrays of one length.
std::optional<json::object> pairs_of(const json::object& params) {
  const json::value* names = params.if_contains("input");
  const json::value* values = params.if_contains("value");
  if (names == nullptr || values == nullptr || !names->is_array() || !values->is_array()) return std::nullopt;
  json::object pairs;
  const std::size_t count = std::min(names->get_array().size(), values->get_array().size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto* name = names->get_array()[i].if_string();
    if (name != nullptr) pairs[*name] = values->get_array()[i];
  }
  return pairs;
}

base::Status merge_lookups(store::DocumentStore& documents, TableSource* tables, const std::string& project,
                           const Sources& sources, const std::string& customer, Features& features) {
  for (std::uint32_t i = 0; i < sources.lookups.size(); ++i) {
    const LookupFields& lookup = sources.lookups[i];
    TRY(const Find find, find_of(documents, tables, project, lookup));
    TRY(const Looked looked, look_up(find, lookup.lookup, customer));
    if (looked.fell_back) features.fallbacks.push_back(i);
    if (!looked.document) continue;
    for (const auto& [name, value] : *looked.document)
      if (is_wanted(name, lookup)) features.values[name] = value;
  }
  for (const LookupFields& lookup : sources.lookups)
    for (const auto& [name, value] : lookup.defaults) features.values.emplace(name, value);  // unless it is there
  return {};
}

std::vector<std::string> offers_in(const json::value* list) {
  if (list == nullptr) return {};
  if (const auto* text = list->if_string()) return split_names(*text);
  std::vector<std::string> offers;
  const auto* array = list->if_array();
  if (array == nullptr) return offers;
  for (const auto& offer : *array)
    if (auto name = scalar_text(&offer)) offers.push_back(std::move(*name));
  return offers;
}

// One contextual variable.
struct Variable {
  std::string_view name;  // in a request
  std::string_view column;
  std::string_view lookup;
  std::size_t position;
};

const json::value* positional(const json::object& params, std::size_t position) {
  const json::value* values = params.if_contains("value");
  if (params.contains("input") || values == nullptr || !values->is_array()) return nullptr;
  return position < values->get_array().size() ? &values->get_array()[position] : nullptr;
}

std::string value_in_force(const Variable& variable, const json::object& params, const json::object& features) {
  if (auto given = scalar_text(params.if_contains(variable.name))) return *given;
  if (auto given = scalar_text(features.if_contains(variable.name))) return *given;
  const auto field = variable.lookup.empty() ? variable.column : variable.lookup;
  if (auto found = scalar_text(field.empty() ? nullptr : features.if_contains(field))) return *found;
  return scalar_text(positional(params, variable.position)).value_or("");
}

// As much as a context may hold.
std::string bounded(std::string text) {
  return text.size() <= base::limits::text_field_bytes ? std::move(text) : std::string();
}

}  // namespace

json::object features_given(const Sources& sources, const json::object& params) {
  auto features = pairs_of(params).value_or(json::object{});
  add_virtual_variables(sources.virtual_variables, params, features);
  return features;
}

base::Result<Features> look_up_features(store::DocumentStore& documents, const std::string& project,
                                        const Sources& sources, const std::string& customer, const json::object& params,
                                        TableSource* tables) {
  if (pairs_of(params)) return Features{features_given(sources, params), {}};
  Features features;
  TRY_DO(merge_lookups(documents, tables, project, sources, customer, features));
  add_virtual_variables(sources.virtual_variables, params, features.values);
  return features;
}

base::Result<std::optional<CustomerList>> look_up_list(store::DocumentStore& documents, const std::string& project,
                                                       const WhitelistFields& whitelist, const std::string& customer) {
  TRY(const auto collection, users_collection(project, whitelist.db, whitelist.table, "body.whitelist"));
  TRY(const Looked looked, look_up(find_in(documents, collection, whitelist.lookup.key), whitelist.lookup, customer));
  if (!looked.document) return std::nullopt;
  return CustomerList{offers_in(looked.document->if_contains(whitelist.list)), whitelist.logicin};
}

decision::Context context_in_force(const ContextualVariables& variables, const json::object& params,
                                   const json::object& features) {
  const Variable one{one_name, variables.contextual_variable_one_name, variables.contextual_variable_one_lookup, 0};
  const Variable two{two_name, variables.contextual_variable_two_name, variables.contextual_variable_two_lookup, 1};
  return {bounded(value_in_force(one, params, features)), bounded(value_in_force(two, params, features))};
}

bool looks_up_elsewhere(const Sources& sources) { return std::ranges::any_of(sources.lookups, is_elsewhere); }

base::Status index_sources(store::DocumentStore& documents, const TableSource* tables, const std::string& project,
                           const Sources& sources) {
  if (tables == nullptr && looks_up_elsewhere(sources)) return base::fail_field("body.lookups", no_tables);
  for (const LookupFields& lookup : sources.lookups) {
    if (lookup.lookup.key == id_field || is_elsewhere(lookup)) continue;
    TRY(const auto collection, users_collection(project, lookup.db, lookup.table, "body.lookups"));
    TRY_DO(documents.index(collection, lookup.lookup.key));
  }
  if (!sources.whitelist || sources.whitelist->lookup.key == id_field) return {};
  const auto& list = *sources.whitelist;
  TRY(const auto collection, users_collection(project, list.db, list.table, "body.whitelist"));
  return documents.index(collection, list.lookup.key);
}

}  // namespace proffer::service
