#include "api/access_routes.h"

#include <algorithm>

#include "api/request_fields.h"
#include "api/wire_types.h"
#include "base/limits.h"
#include "base/time_text.h"
#include "document/json.h"
#include "service/campaign_document.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

using service::TokenKind;

json::object shown_token(const service::Token& token) {
  return {{"id", token.id},
          {"name", token.name},
          {"project", token.identity.project},
          {"role", service::name_of(token.identity.role)},
          {"created", token.created},
          {"expires", base::TimeZone{}.format(token.expires)}};
}

json::object shown_user(const service::User& user) {
  return {{"email", user.email},
          {"project", user.identity.project},
          {"role", service::name_of(user.identity.role)},
          {"created", user.created}};
}

// As the original's client reads it: expires_in is the time of the end, in milliseconds since 1970.
http::Response session_response(const service::Session& session) {
  const auto expires = std::chrono::floor<std::chrono::milliseconds>(session.expires.time_since_epoch()).count();
  return json_of(json::object{
      {"token",
       {{"access_token", session.access_token}, {"refresh_token", session.refresh_token}, {"expires_in", expires}}}});
}

// The project that a new token or user is to work in: one that the caller may work in too.
base::Result<std::string> project_of(Services& services, const Call& call, const std::optional<std::string>& wanted) {
  auto project = wanted.value_or(call.project());
  if (!service::is_campaign_name(project)) {
    return base::fail_field("body.project", "expected 1 to 100 of A-Z a-z 0-9 . _ -",
                            document::json_text(json::value(project)));
  }
  if (may_work_in(services, call, project)) return project;
  return base::fail(base::ErrorKind::forbidden, "a key of project '" + call.project() + "' works in that project only");
}

template <class T>
base::Result<T> body_of(const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  return document::parse<T>(body);
}

// A bare JSON text, as the original's client sends it, or the object that /auth/login answered, or its token.
base::Result<std::string> refresh_token_of(const Call& call) {
  TRY(const auto body, document::parse_json(call.request.body));
  const json::value* value = &body;
  for (const auto* name : {"token", "refresh_token"}) {
    const auto* part = value->is_object() ? value->get_object().if_contains(name) : nullptr;
    if (part != nullptr) value = part;
  }
  if (value->is_string()) return std::string(value->get_string());
  return base::fail_field("body.refresh_token", "expected a refresh token");
}

}  // namespace

base::Result<http::Response> list_tokens(Services& services, const Call& call) {
  json::array out;
  for (const auto& token : services.tokens.list(TokenKind::api_key)) {
    if (may_work_in(services, call, token.identity.project)) out.push_back(shown_token(token));
  }
  return json_of(out);
}

base::Result<http::Response> create_token(Services& services, const Call& call) {
  TRY(const auto wanted, body_of<NewToken>(call));
  TRY(const auto project, project_of(services, call, wanted.project));
  const auto lifetime = std::chrono::hours{24} * wanted.days;
  TRY(const auto made,
      services.tokens.create(TokenKind::api_key, wanted.name, {project, service::Role::manage}, lifetime));
  auto out = shown_token(made.token);
  out["token"] = made.text;
  return json_of(out, 201);
}

base::Result<http::Response> revoke_token(Services& services, const Call& call) {
  const auto tokens = services.tokens.list(TokenKind::api_key);
  const bool is_found = std::ranges::any_of(tokens, [&](const service::Token& token) {
    return token.id == call.part("id") && may_work_in(services, call, token.identity.project);
  });
  if (!is_found) return base::fail(base::ErrorKind::not_found, "there is no token '" + call.part("id") + "'");
  TRY_DO(services.tokens.revoke(call.part("id")));
  return json_response("", 204);
}

base::Result<http::Response> list_users(Services& services, const Call& call) {
  json::array out;
  for (const auto& user : services.users.list()) {
    if (may_work_in(services, call, user.identity.project)) out.push_back(shown_user(user));
  }
  return json_of(out);
}

base::Result<http::Response> create_user(Services& services, const Call& call) {
  TRY(const auto wanted, body_of<NewUser>(call));
  TRY(const auto project, project_of(services, call, wanted.project));
  const auto role = service::parse_role(wanted.role);
  TRY(const auto user, services.users.create(wanted.email, wanted.password, {project, *role}));
  return json_of(shown_user(user), 201);
}

base::Result<http::Response> delete_user(Services& services, const Call& call) {
  const auto users = services.users.list();
  const bool is_found = std::ranges::any_of(users, [&](const service::User& user) {
    return user.email == call.part("email") && may_work_in(services, call, user.identity.project);
  });
  if (!is_found) return base::fail(base::ErrorKind::not_found, "there is no user '" + call.part("email") + "'");
  TRY_DO(services.users.remove(call.part("email")));
  return json_response("", 204);
}

base::Result<http::Response> login(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  RequestFields fields(body);
  const auto email = fields.text({"email"}, base::limits::text_field_bytes);
  const auto password = fields.text({"password"}, base::limits::text_field_bytes);
  if (!body.contains("email")) fields.violations().add("body.email", "is required");
  if (!body.contains("password")) fields.violations().add("body.password", "is required");
  TRY_DO(fields.status());
  TRY(const auto session, services.users.login(email.value_or(""), password.value_or(""), call.request.remote));
  return session_response(session);
}

base::Result<http::Response> renew_session(Services& services, const Call& call) {
  TRY(const auto token, refresh_token_of(call));
  TRY(const auto session, services.users.renew(token));
  return session_response(session);
}

base::Result<http::Response> sign_out(Services& services, const Call& call) {
  if (!services.users.sign_out(std::string(credential_of(call.request)))) {  // a key, or nothing where none is needed
    return base::fail_field("header.Authorization", "expected the token of a session");
  }
  return json_of(json::object{{"message", "Success"}});
}

}  // namespace proffer::api
