#include "api/hook_routes.h"

#include "api/invocations.h"
#include "api/query.h"
#include "api/request_fields.h"
#include "base/limits.h"
#include "document/json.h"
#include "document/text.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

json::array names(const std::vector<std::string>& functions) { return json::array(functions.begin(), functions.end()); }

base::Error no_hooks(const std::string& campaign) {
  return {base::ErrorKind::not_found, "campaign '" + campaign + "' has no hooks", {}};
}

base::Result<service::DefinitionPtr> definition_of(Services& services, const Call& call) {
  if (const auto live = services.campaigns.find(call.project(), call.part("name"))) return live->current();
  return base::fail(base::ErrorKind::not_found, "there is no campaign '" + call.part("name") + "'");
}

json::object described(const store::Document& version) {
  json::object out{{"version", version.at("version")},
                   {"date_updated", version.at("date_updated")},
                   {"bytes", version.at("source").as_string().size()}};
  if (const auto* deleted = version.if_contains("deleted")) out["deleted"] = *deleted;
  return out;
}

// What a business function is called with: the body in the manner of /invocations.
base::Result<json::value> run_business(const service::DefinitionPtr& definition, const service::DecideRequest& request,
                                       const std::string& function, base::Time now) {
  TRY(const auto session, definition->hooks->open({}));
  const auto gathered = service::gathered_from_request(request, *definition);
  const service::HookArgument arguments[] = {
      [&] { return service::request_json(service::subject_of(request, *definition, now), gathered); }};
  TRY(const auto returned, session->call(function, arguments));
  if (returned.nothing) return json::value(json::object());
  return returned.unchanged ? arguments[0]() : returned.values.front();
}

}  // namespace

base::Result<std::string> source_of(const Call& call) {
  const auto& source = call.request.body;
  if (source.empty()) return base::fail_field("body", "expected the source, as text");
  if (document::first_invalid_utf8(source))
    return base::fail(base::ErrorKind::malformed, "body: expected text in UTF-8");
  return source;
}

http::Response source_response(const std::string& source, const std::string& etag) {
  auto response = json_response(source);
  response.content_type = "text/x-lua; charset=utf-8";
  if (!etag.empty()) response.headers.emplace_back("ETag", etag);
  return response;
}

base::Result<http::Response> versions_response(const Call& call, const std::vector<store::Document>& versions) {
  Query query(call.request, {"version"});
  const auto wanted = query.integer("version", 1, 4'294'967'295);
  TRY_DO(query.status());
  json::array out;
  for (const auto& version : versions) {
    if (wanted && version.at("version").to_number<std::int64_t>() == *wanted)
      return source_response(std::string(version.at("source").as_string()), "");
    out.push_back(described(version));
  }
  if (wanted) return base::fail(base::ErrorKind::not_found, "there is no version " + std::to_string(*wanted));
  return json_response(document::json_text(out));
}

base::Result<http::Response> get_hooks(Services& services, const Call& call) {
  TRY(const auto definition, definition_of(services, call));
  if (!definition->hooks) return tl::unexpected(no_hooks(definition->campaign.name));
  return source_response(definition->hook_source, definition->etag());
}

base::Result<http::Response> put_hooks(Services& services, const Call& call) {
  TRY(auto source, source_of(call));
  TRY(const auto before, definition_of(services, call));
  TRY(const auto definition,
      services.define.put_hooks(call.project(), call.part("name"), std::move(source), expected_of(call)));
  const json::object out{{"campaign", definition->campaign.name},
                         {"version", definition->campaign.version},
                         {"functions", names(definition->hooks->functions())}};
  auto response = json_response(document::json_text(out), before->hooks ? 200 : 201);
  response.headers.emplace_back("ETag", definition->etag());
  return response;
}

base::Result<http::Response> delete_hooks(Services& services, const Call& call) {
  TRY_DO(services.define.delete_hooks(call.project(), call.part("name"), expected_of(call)));
  return json_response("", 204);
}

base::Result<http::Response> list_hooks(Services& services, const Call& call) {
  TRY(const auto definition, definition_of(services, call));
  TRY(const auto versions, service::load_hook_versions(services.ports.documents, definition->campaign.number));
  return versions_response(call, versions);
}

base::Result<http::Response> business(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  RequestFields fields(body);
  const auto name = fields.text({"business_logic"}, base::limits::text_field_bytes);
  if (!name) fields.violations().add("body.business_logic", "required: the name of a business function");
  TRY_DO(fields.status());
  TRY(const auto request, parse_invocation(call.request.body));
  TRY(const auto live, services.campaigns.choose(call.project(), request.campaign));
  const auto definition = live->current();
  if (!definition->hooks) return tl::unexpected(no_hooks(definition->campaign.name));
  const auto function = "business." + *name;
  if (!definition->hooks->defines(function)) {
    return base::fail(base::ErrorKind::not_found,
                      "the hooks of campaign '" + definition->campaign.name + "' define no " + function);
  }
  const auto returned = run_business(definition, request, function, services.ports.clock.now());
  if (!returned) services.decide.hook_errors().count(definition->campaign.name, "business");
  if (!returned) return tl::unexpected(service::failed_by_hook(*definition, returned.error().message));
  return json_response(document::json_text(*returned));
}

}  // namespace proffer::api
