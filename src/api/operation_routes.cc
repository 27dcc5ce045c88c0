#include "api/operation_routes.h"

#include <fmt/format.h>

#include "api/query.h"
#include "api/request_fields.h"
#include "base/limits.h"
#include "document/json.h"
#include "service/campaign_document.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

json::object shown_key(const service::Key& key) {
  return {{"id", key.id},
          {"name", key.name},
          {"project", key.identity.project},
          {"role", service::name_of(key.identity.role)},
          {"created", key.created}};
}

http::Response json_of(const json::value& value, int status = 200) {
  return json_response(document::json_text(value), status);
}

// The campaign that /learning is asked for, in the query or in a body; nothing: all.
base::Result<std::optional<std::string>> campaign_named(const Call& call) {
  Query query(call.request, {"campaign"});
  TRY_DO(query.status());
  auto name = query.text("campaign");
  if (name || call.request.body.empty()) return name;
  TRY(const auto body, object_body(call.request.body));
  RequestFields fields(body);
  name = fields.text({"campaign"}, base::limits::text_field_bytes);
  TRY_DO(fields.status());
  return name;
}

// While addresses beyond loopback are listened on, there must be a key.
base::Status check_last_key(const Services& services) {
  if (!services.settings.beyond_loopback || services.keys.list().size() > 1) return {};
  return base::fail(
      base::ErrorKind::conflict,
      "the last key cannot be revoked while an address beyond loopback is listened on: make another key first");
}

}  // namespace

base::Result<http::Response> health(Services& services, const Call&) {
  TRY_DO(services.ports.documents.ping());
  TRY_DO(services.ports.log.flush());  // fails while the log takes no records
  return json_of(json::object{{"status", "UP"}, {"version", services.settings.version}});
}

base::Result<http::Response> ready(Services& services, const Call& call) { return health(services, call); }

base::Result<http::Response> ping(Services&, const Call& call) {
  const auto* message = call.request.query_value("message");
  const bool absent = message == nullptr || message->empty();
  return json_of(json::object{{"message", absent ? "pong" : *message}, {"status", "successful"}});
}

base::Result<http::Response> config(Services& services, const Call&) {
  return json_of(services.settings.configuration);
}

base::Result<http::Response> campaign_names(Services& services, const Call& call) {
  json::array out;
  for (const auto& live : services.campaigns.of_project(call.project())) {
    const auto definition = live->current();
    out.push_back({{"name", definition->campaign.name},
                   {"uuid", definition->campaign.uuid.to_string()},
                   {"version", definition->campaign.version},
                   {"approach", definition->campaign.approach},
                   {"offers", definition->campaign.offers.size()},
                   {"options", definition->campaign.options.size()}});
  }
  return json_of(out);
}

base::Result<http::Response> metrics(Services& services, const Call&) {
  auto response = json_response(services.metrics.text());
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

base::Result<http::Response> refresh(Services& services, const Call&) {
  TRY_DO(services.refresh());
  return json_of(
      json::object{{"message", "Success"}, {"status", "successful"}, {"campaigns", services.campaigns.all().size()}});
}

base::Result<http::Response> learning(Services& services, const Call& call) {
  TRY(const auto name, campaign_named(call));
  if (name) {
    const auto live = services.campaigns.find(call.project(), *name);
    if (!live) return base::fail(base::ErrorKind::not_found, "there is no campaign '" + *name + "'");
    TRY_DO(services.learning.recompute(*live));
    return json_of(json::object{{"message", "Success"}, {"campaigns", 1}});
  }
  const auto campaigns = services.campaigns.of_project(call.project());
  for (const auto& live : campaigns) TRY_DO(services.learning.recompute(*live));
  return json_of(json::object{{"message", "Success"}, {"campaigns", campaigns.size()}});
}

base::Result<http::Response> list_keys(Services& services, const Call&) {
  json::array out;
  for (const auto& key : services.keys.list()) out.push_back(shown_key(key));
  return json_of(out);
}

base::Result<http::Response> create_key(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  RequestFields fields(body);
  const auto name = fields.text({"name"}, base::limits::text_field_bytes).value_or("");
  const auto role_name = fields.text({"role"}, base::limits::text_field_bytes).value_or("decide");
  const auto project = fields.text({"project"}, base::limits::text_field_bytes).value_or(call.project());
  const auto role = service::parse_role(role_name);
  if (!role) fields.violations().add("body.role", "expected decide, manage or admin", json::value(role_name));
  if (!service::is_campaign_name(project)) {
    fields.violations().add("body.project", "expected 1 to 100 of A-Z a-z 0-9 . _ -", json::value(project));
  }
  TRY_DO(fields.status());
  TRY(const auto made, services.keys.create(name, {project, *role}));
  auto out = shown_key(made.key);
  out["key"] = made.secret;
  return json_of(out, 201);
}

base::Result<http::Response> revoke_key(Services& services, const Call& call) {
  TRY_DO(check_last_key(services));
  TRY_DO(services.keys.revoke(call.part("id")));
  return json_response("", 204);
}

}  // namespace proffer::api
