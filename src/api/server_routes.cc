#include "api/server_routes.h"

#include <algorithm>
#include <array>

#include "api/request_fields.h"
#include "api/server_parameters.h"
#include "api/set_up_fields.h"
#include "base/limits.h"
#include "document/json.h"
#include "service/collections.h"
#include "service/option_documents.h"
#include "service/original_campaign.h"
#include "service/store_id.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

namespace limits = base::limits;

base::Error unknown_campaign(const std::string& name) {
  return {base::ErrorKind::not_found, "there is no campaign '" + name + "'", {}};
}

// The campaign of a uuid that the original's client knows it by.
service::LiveCampaignPtr find_by_uuid(const Services& services, const Call& call, std::string_view uuid) {
  for (const auto& live : services.campaigns.of_project(call.project())) {
    if (live->current()->campaign.uuid.to_string() == uuid) return live;
  }
  return nullptr;
}

// By uuid, else by name: both as the client's documents carry them.
base::Result<service::LiveCampaignPtr> campaign_of(const Services& services, const Call& call,
                                                   const std::optional<std::string>& uuid,
                                                   const std::optional<std::string>& name) {
  if (auto live = uuid ? find_by_uuid(services, call, *uuid) : nullptr) return live;
  if (auto live = name ? services.campaigns.find(call.project(), *name) : nullptr) return live;
  return tl::unexpected(unknown_campaign(name.value_or(uuid.value_or(""))));
}

// Equality of each member, as MongoDB reads such a filter.
base::Result<document::Filter> filter_of(const json::object& members, const std::string& location) {
  document::Filter filter;
  for (const auto& [path, value] : members) {
    if (value.is_structured()) {
      return base::fail_field(location + '.' + std::string(path), "expected a text, a number, a boolean or null",
                              document::json_excerpt(value));
    }
    filter.conditions.push_back({path, document::Compare::equal, value});
  }
  return filter;
}

std::optional<std::string> text_member(const json::object& body, std::string_view name) {
  const auto* value = body.if_contains(name);
  if (value == nullptr || !value->is_string() || value->get_string().empty()) return std::nullopt;
  return std::string(value->get_string());
}

// A uuid to give a new campaign: that of the body, when it is one.
base::Result<std::optional<base::Uuid>> uuid_of(const Services& services, const Call& call, const json::object& body,
                                                const std::string& name) {
  const auto text = text_member(body, "uuid");
  if (!text) return std::nullopt;
  const auto other = find_by_uuid(services, call, *text);
  if (other && other->current()->campaign.name != name) {
    return base::fail_field("body.name",
                            "expected the name that the campaign of this uuid has, '" +
                                other->current()->campaign.name + "': names are not changed",
                            document::json_text(json::value(name)));
  }
  return base::parse_uuid(*text);
}

json::object saved(const service::Definition& definition) {
  return {{"message", "Success"},
          {"status", "successful"},
          {"name", definition.campaign.name},
          {"uuid", definition.campaign.uuid.to_string()},
          {"version", definition.campaign.version}};
}

json::array option_rows(const service::Definition& definition) {
  json::array rows;
  for (const auto& option : definition.campaign.options) rows.push_back(service::option_row(definition, option));
  return rows;
}

constexpr auto types = std::to_array<std::string_view>({"generateDefaultOptions", "generateUpdatedOptions"});

// Whether all options go back to their defaults, as they do when no type is given.
bool rebuilds(RequestFields& fields) {
  const auto type = fields.text({"type"}, limits::text_field_bytes).value_or("generateDefaultOptions");
  if (std::ranges::find(types, type) == types.end()) {
    fields.violations().add("body.type", "expected generateDefaultOptions or generateUpdatedOptions",
                            json::value(type));
  }
  return type == "generateDefaultOptions";
}

// The fields of the campaign's document that a body of /updateClientPulseResponder carries, where they belong.
json::object document_fields(const json::object& body) {
  json::object document, variables, randomisation;
  for (const auto& [name, value] : body) {
    const std::string_view key = name;
    if (key.starts_with("feature_store_") || key.starts_with("options_store_") || key == "dynamic_eligibility") {
      document[key] = value;
    } else if (key.starts_with("contextual_variable_") || key == "offer_key" || key == "tracking_key" ||
               key == "take_up") {
      variables[key] = value;
    } else if (key == "prior_success_reward" || key == "prior_fail_reward") {
      randomisation[key] = value;
    }
  }
  document["contextual_variables"] = std::move(variables);
  document["randomisation"] = std::move(randomisation);
  return service::from_original(document);
}

// What a pushed deployment changes of its campaign.
json::object pushed_fields(const json::object& body) {
  json::object fields;
  if (const auto properties = text_member(body, "properties")) fields["properties"] = *properties;
  const auto* bandit = body.if_contains("multi_armed_bandit");
  const auto* epsilon =
      bandit != nullptr && bandit->is_object() ? bandit->get_object().if_contains("epsilon") : nullptr;
  if (epsilon != nullptr) fields["deployment_epsilon"] = *epsilon;
  return service::from_original(fields);
}

std::optional<std::string> pushed_uuid(const json::object& body) {
  const auto* bandit = body.if_contains("multi_armed_bandit");
  if (bandit == nullptr || !bandit->is_object()) return std::nullopt;
  return text_member(bandit->get_object(), "pulse_responder_uuid");
}

}  // namespace

base::Result<http::Response> list_pulse_responder_dynamic(Services& services, const Call& call) {
  json::array documents;
  for (const auto& live : services.campaigns.of_project(call.project())) {
    documents.push_back(service::show_campaign(*live->current()));
  }
  return json_of(json::object{{"data", std::move(documents)}});
}

base::Result<http::Response> save_campaign(Services& services, const Call& call, const json::object& document) {
  const auto name = text_member(document, "name");
  if (!name) return base::fail_field("body.name", "is required: the campaign's name");
  TRY(const auto uuid, uuid_of(services, call, document, *name));
  TRY(const auto stored,
      services.define.put_campaign(call.project(), *name, service::from_original(document), {}, uuid));
  auto out = saved(*stored.definition);
  out["data"] = service::show_campaign(*stored.definition);
  return json_of(out);
}

base::Result<http::Response> save_pulse_responder_dynamic(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  return save_campaign(services, call, body);
}

base::Result<http::Response> delete_pulse_responder_dynamic(Services& services, const Call& call) {
  TRY(const auto find, object_parameter(call, "find"));
  const auto uuid = text_member(find, "uuid");
  const auto name = text_member(find, "name");
  if (!uuid && !name) return base::fail_field("query.find", "expected {\"uuid\": …} or {\"name\": …}");
  TRY(const auto live, campaign_of(services, call, uuid, uuid ? std::nullopt : name));
  const auto definition = live->current();
  TRY_DO(services.define.delete_campaign(call.project(), definition->campaign.name, {}));
  return json_of(saved(*definition));
}

base::Result<http::Response> get_pulse_responder_options(Services& services, const Call& call) {
  TRY(const auto params, object_parameter(call, "params"));
  RequestFields fields(params);
  const auto wanted =
      service::in_project(call.project(), {fields.text({"database"}, limits::text_field_bytes).value_or(""),
                                           fields.text({"collection"}, limits::text_field_bytes).value_or("")});
  const auto skip = static_cast<std::size_t>(fields.integer({"skip"}, 0, 1'000'000'000).value_or(0));
  const auto limit = static_cast<std::size_t>(fields.integer({"limit"}, 0, 1'000'000'000).value_or(0));
  TRY_DO(fields.status());
  const auto* find = params.if_contains("find");
  TRY(const auto filter,
      filter_of(find != nullptr && find->is_object() ? find->get_object() : json::object{}, "query.params.find"));
  json::array found;
  std::size_t passed = 0;
  for (const auto& live : services.campaigns.of_project(call.project())) {
    if (service::options_store(*live->current()) != wanted) continue;
    for (auto& option :
         service::show_options(*live, services.ports.clock.now(), std::nullopt, limits::options_per_campaign)) {
      if (!filter.matches(option) || passed++ < skip) continue;
      if (limit == 0 || found.size() < limit) found.push_back(std::move(option));
    }
  }
  return json_of(json::object{{"data", std::move(found)}});
}

base::Result<http::Response> update_client_pulse_responder(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  RequestFields fields(body);
  const bool rebuild = rebuilds(fields);
  const auto name = fields.text({"name", "campaign"}, limits::campaign_name_bytes);
  const bool return_rows = fields.flag("return_rows");
  TRY_DO(fields.status());
  TRY(const auto live, campaign_of(services, call, text_member(body, "uuid"), name));
  TRY(const auto store, service::store_id(services.ports));
  TRY(const auto changed,
      services.define.regenerate(call.project(), live->current()->campaign.name,
                                 {.rebuild = rebuild, .document = document_fields(body), .rows = {}}));
  auto out = saved(*changed.definition);
  out["type"] = rebuild ? types[0] : types[1];
  out["offers"] = changed.offers;
  out["options"] = changed.options;
  out["added"] = changed.added;
  out["retired"] = changed.retired;
  out["store"] = store;
  if (return_rows) out["rows"] = option_rows(*changed.definition);
  return json_of(out);
}

base::Result<http::Response> process_push(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  auto name = text_member(body, "deployment_id");
  if (!name) name = text_member(body, "predictor");
  if (!name) name = text_member(body, "name");
  TRY(const auto live, campaign_of(services, call, pushed_uuid(body), name));
  const auto fields = pushed_fields(body);
  const auto before = live->current();
  if (!fields.empty()) {
    TRY_DO(services.define.put_campaign(call.project(), before->campaign.name,
                                        service::with_fields(before->document, fields), {}));
  }
  TRY_DO(services.refresh());
  const auto definition = live->current();
  auto out = saved(*definition);
  out["properties"] = definition->document.properties;
  return json_of(out);
}

base::Result<http::Response> refresh_with_options(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  RequestFields fields(body);
  service::RefreshRequest request;
  request.project = call.project();
  request.campaign = fields.text({"campaign"}, limits::text_field_bytes);
  request.url = fields.text({"url"}, limits::target_bytes).value_or("");
  request.token = fields.text({"token"}, limits::token_bytes).value_or("");
  request.rebuild = rebuilds(fields);
  const auto set_up = read_set_up(body, fields);
  request.set_up = set_up.whole;
  request.offers = set_up.offers;
  for (const auto* name : {"url", "token"}) {
    if (!text_member(body, name)) fields.violations().add(std::string("body.") + name, "is required");
  }
  TRY_DO(fields.status());
  TRY(const auto refreshed, services.refresh_with_options.run(request));
  json::object out{{"message", "Success"}, {"status", "successful"}, {"campaign", refreshed.campaign}};
  out["type"] = request.rebuild ? types[0] : types[1];
  if (refreshed.offer_rows) out["offer_rows"] = *refreshed.offer_rows;
  if (refreshed.set_up_rows) out["set_up_rows"] = *refreshed.set_up_rows;
  if (!set_up.missing.empty()) out["set_up"] = "not made anew, without " + set_up.missing;
  out["taken_over"] = refreshed.taken_over;
  out["server"] = refreshed.server;
  return json_of(out);
}

}  // namespace proffer::api
