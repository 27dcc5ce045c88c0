#include "api/set_up_fields.h"

#include <array>

#include "base/limits.h"
#include "document/json.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

constexpr auto set_up_names = std::to_array<std::string_view>(
    {"mongo_offer_database", "mongo_offer_collection", "mongo_setup_database", "mongo_setup_collection",
     "contextual_variable_one_name", "contextual_variable_one_values", "contextual_variable_two_name",
     "contextual_variable_two_values", "offer_name_column"});

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string> between_commas(std::string_view text) {
  std::vector<std::string> values;
  while (!trimmed(text).empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (const auto value = trimmed(text.substr(0, end)); !value.empty()) values.emplace_back(value);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return values;
}

std::vector<std::string> values_of_list(const json::array& list, std::string_view name, RequestFields& fields) {
  std::vector<std::string> values;
  for (const auto& value : list) {
    if (value.is_structured() || value.is_null()) {
      fields.violations().add("body." + std::string(name), "expected texts, numbers or booleans", value);
    } else {
      values.push_back(value.is_string() ? std::string(value.get_string()) : document::json_text(value));
    }
  }
  return values;
}

std::vector<std::string> values_of(const json::object& body, std::string_view name, RequestFields& fields) {
  const auto& value = body.at(name);
  if (value.is_array()) return values_of_list(value.get_array(), name, fields);
  if (!value.is_string()) {
    fields.violations().add("body." + std::string(name), "expected a list, or text between commas", value);
    return {};
  }
  const std::string_view text = value.get_string();
  if (const auto list = document::parse_json(text); list && list->is_array()) {
    return values_of_list(list->get_array(), name, fields);
  }
  return between_commas(text);
}

std::optional<service::TableOffers> read_table_offers(const json::object& body, RequestFields& fields) {
  const auto query = fields.text({"cassandra_offer_query"}, base::limits::cassandra_query_bytes);
  if (!query) return std::nullopt;
  for (const auto name : {set_up_names[0], set_up_names[1]}) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null()) {
      fields.violations().add("body." + std::string(name), "is required: the query's rows become its documents");
    }
  }
  const auto text = [&](std::string_view name) {
    return fields.text({name}, base::limits::text_field_bytes).value_or("");
  };
  return service::TableOffers{*query, {text(set_up_names[0]), text(set_up_names[1])}};
}

}  // namespace

SetUpFields read_set_up(const json::object& body, RequestFields& fields) {
  SetUpFields out;
  out.offers = read_table_offers(body, fields);
  std::size_t found = 0;
  for (const auto name : set_up_names) {
    const auto* value = body.if_contains(name);
    if (value != nullptr && !value->is_null()) {
      ++found;
    } else {
      out.missing += (out.missing.empty() ? "" : ", ") + std::string(name);
    }
  }
  if (found == 0) out.missing.clear();
  if (found < set_up_names.size()) return out;
  const auto text = [&](std::string_view name) {
    return fields.text({name}, base::limits::text_field_bytes).value_or("");
  };
  service::SetUp set_up;
  set_up.offers = {text(set_up_names[0]), text(set_up_names[1])};
  set_up.feature_store = {text(set_up_names[2]), text(set_up_names[3])};
  set_up.one_name = text(set_up_names[4]);
  set_up.one_values = values_of(body, set_up_names[5], fields);
  set_up.two_name = text(set_up_names[6]);
  set_up.two_values = values_of(body, set_up_names[7], fields);
  set_up.offer_column = text(set_up_names[8]);
  out.whole = std::move(set_up);
  return out;
}

}  // namespace proffer::api
