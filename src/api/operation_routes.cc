#include "api/operation_routes.h"

#include <algorithm>

#include "api/query.h"
#include "api/request_fields.h"
#include "api/wire_types.h"
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

}  // namespace

base::Result<http::Response> health(Services& services, const Call&) {
  TRY_DO(services.ports.documents.ping());
  if (services.log_state) TRY_DO(services.log_state());
  return json_of(json::object{{"status", "UP"}, {"version", services.settings.version}});
}

base::Result<http::Response> ready(Services& services, const Call& call) { return health(services, call); }

base::Result<http::Response> info(Services& services, const Call&) {
  return json_of(json::object{{"build", {{"name", "proffer"}, {"version", services.settings.version}}}});
}

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

base::Result<http::Response> list_keys(Services& services, const Call& call) {
  json::array out;
  for (const auto& key : services.keys.list()) {
    if (may_work_in(services, call, key.identity.project)) out.push_back(shown_key(key));
  }
  return json_of(out);
}

base::Result<http::Response> create_key(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  document::Violations violations;
  const auto wanted =
      document::parse_part<NewKey>(body, document::Place("body"), document::Unknown::refuse, violations);
  const auto role = service::parse_role(wanted.role);
  const auto project = body.contains("project") ? wanted.project : call.project();
  if (!role) violations.add("body.role", "expected decide, manage or admin", json::value(wanted.role));
  if (!service::is_campaign_name(project)) {
    violations.add("body.project", "expected 1 to 100 of A-Z a-z 0-9 . _ -", json::value(project));
  }
  if (!violations.empty()) return tl::unexpected(violations.error());
  if (!may_work_in(services, call, project)) {
    return base::fail(base::ErrorKind::forbidden,
                      "a key of project '" + call.project() + "' makes keys of that project only");
  }
  TRY(const auto made, services.keys.create(wanted.name, {project, *role}));
  auto out = shown_key(made.key);
  out["key"] = made.secret;
  return json_of(out, 201);
}

base::Result<http::Response> revoke_key(Services& services, const Call& call) {
  const auto keys = services.keys.list();
  const bool found = std::ranges::any_of(keys, [&](const service::Key& key) {
    return key.id == call.part("id") && may_work_in(services, call, key.identity.project);
  });
  if (!found) return base::fail(base::ErrorKind::not_found, "there is no key '" + call.part("id") + "'");
  // While addresses beyond loopback are listened on, there must be a key.
  TRY_DO(services.keys.revoke(call.part("id"), services.settings.beyond_loopback));
  return json_response("", 204);
}

}  // namespace proffer::api
