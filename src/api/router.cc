#include "api/router.h"

#include <algorithm>
#include <cmath>

#include "api/ml_wire.h"
#include "api/problem.h"
#include "api/streamed_call.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "document/json.h"
#include "document/text.h"

namespace proffer::api {
namespace {

using Parts = std::map<std::string, std::string, std::less<>>;

// Takes the text up to the next '/' from the front of `rest`.
std::string_view take_segment(std::string_view& rest) {
  const auto end = rest.find('/');
  const auto segment = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return segment;
}

// Whether the path fits the pattern; {x} takes one segment that is not empty.
bool match(std::string_view pattern, std::string_view path, Parts& parts) {
  if (pattern.find('{') == std::string_view::npos) return pattern == path;
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = take_segment(pattern);
    const auto came = take_segment(path);
    if (wanted.starts_with('{')) {
      if (came.empty()) return false;
      parts[std::string(wanted.substr(1, wanted.size() - 2))] = came;
    } else if (wanted != came) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
}

// Whom the rate limit counts: a key, or else an address.
std::string_view caller_of(const http::Request& request) {
  const auto secret = credential_of(request);
  return secret.empty() ? std::string_view(request.remote) : secret;
}

service::Role role_needed(Access access) {
  switch (access) {
    case Access::open:
    case Access::decide:
      return service::Role::decide;
    case Access::manage:
      return service::Role::manage;
    case Access::admin:
      return service::Role::admin;
  }
  return service::Role::admin;
}

http::Response method_not_allowed(const std::string& allowed, bool original) {
  auto response = problem_response(405, "this path answers " + allowed, original);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

// An error as the clients of a route read it.
http::Response told(const Route& route, const http::Request& request, const base::Error& error) {
  return route.ml ? ml::problem(request, error) : problem(error, route.original);
}

http::Response too_many_requests(const Route& route, const http::Request& request, double seconds) {
  auto response = told(route, request, {base::ErrorKind::too_often, "past the rate limit of this caller", {}});
  std::erase_if(response.headers, [](const auto& header) { return header.first == "Retry-After"; });
  response.headers.emplace_back("Retry-After", std::to_string(static_cast<long>(std::ceil(seconds))));
  return response;
}

}  // namespace

http::Response defect(const Route& route, const std::exception& error) {
  base::log::error("{} {}: {}", route.method, route.pattern, error.what());
  return problem_response(500, "an internal error; the log of the server says more", route.original);
}

http::Response json_response(std::string text, int status) {
  http::Response response;
  response.status = status;
  response.body = std::move(text);
  return response;
}

http::Response json_of(const boost::json::value& value, int status) {
  return json_response(document::json_text(value), status);
}

service::Expected expected_of(const Call& call) {
  service::Expected expected;
  if (const auto match = call.request.header("if-match"); !match.empty()) expected.if_match = std::string(match);
  expected.if_none_match_any = call.request.header("if-none-match") == "*";
  return expected;
}

std::string_view credential_of(const http::Request& request) {
  constexpr std::string_view scheme = "bearer ";  // of either case (RFC 9110, section 11.1)
  const auto authorization = request.header("authorization");
  const auto is_same = [](char a, char b) { return (a | 0x20) == b; };
  if (authorization.size() >= scheme.size() &&
      std::ranges::equal(authorization.substr(0, scheme.size()), scheme, is_same)) {
    return authorization.substr(scheme.size());
  }
  return request.header("x-api-key");
}

bool may_work_in(const Services& services, const Call& call, const std::string& project) {
  return call.request.local_socket || !services.keys.any_stored() || call.project() == project;
}

base::Result<std::optional<decision::CallKey>> call_key(const Call& call, std::string_view route) {
  const auto key = call.request.header("idempotency-key");
  if (key.empty()) return std::optional<decision::CallKey>{};
  if (key.size() > base::limits::idempotency_key_bytes) {
    return base::fail_field("header.Idempotency-Key",
                            "expected at most " + std::to_string(base::limits::idempotency_key_bytes) + " bytes");
  }
  if (document::first_invalid_utf8(key)) return base::fail_field("header.Idempotency-Key", "expected UTF-8");
  return std::optional(decision::CallKey{call.project() + ' ' + std::string(route), std::string(key),
                                         base::hash_text(call.request.body)});
}

Router::Router(Services& services, std::span<const Route> routes, base::Workers& workers, base::Workers& outside)
    : services_(services),
      routes_(routes),
      workers_(workers),
      outside_(outside),
      rate_limit_(services.settings.rate_limit) {}

Router::Found Router::find(std::string_view method, std::string_view path) const {
  Found found;
  for (const auto& route : routes_) {
    Parts parts;
    if (!match(route.pattern, path, parts)) continue;
    if (route.method == method || (method == "HEAD" && route.method == "GET"))
      return {&route, std::move(parts), "", route.original};
    if (!found.allowed.empty()) found.allowed += ", ";
    found.allowed += route.method;
    found.original = route.original;
  }
  return found;
}

std::size_t Router::body_limit(std::string_view method, std::string_view path) const {
  const auto found = find(method, path);
  switch (found.route == nullptr ? Body::none : found.route->body) {
    case Body::streamed:
      return base::limits::body_streamed_bytes;
    case Body::offers:
      return services_.settings.body_offers_bytes;
    case Body::training:
      return services_.settings.body_training_bytes;
    default:
      return services_.settings.body_decision_bytes;
  }
}

// Whose a token is: an application's on the original's server routes, a user's session everywhere.
base::Result<service::Identity> Router::identity_of_token(const Route& route, std::string_view text) const {
  auto token = services_.tokens.identify(text, service::TokenKind::session);
  if (!token && route.of_server) token = services_.tokens.identify(text, service::TokenKind::api_key);
  TRY(const auto found, std::move(token));
  return found.identity;
}

base::Result<service::Identity> Router::identity_of(const Route& route, const http::Request& request) const {
  const auto credential = credential_of(request);
  // A token is looked at even where none is needed: one that has expired is told so.
  if (service::looks_like_token(credential)) return identity_of_token(route, credential);
  if (!route.ml && !services_.keys.any_stored() && is_loopback(request.remote)) {
    if (credential.empty()) return service::Identity{};
    return services_.keys.identify(credential).value_or(service::Identity{});  // a development key names its project
  }
  if (credential.empty())
    return base::fail(base::ErrorKind::unauthenticated, "a key is needed: Authorization: Bearer sk_…");
  if (auto identity = services_.keys.identify(credential)) return *identity;
  return base::fail(base::ErrorKind::unauthenticated, "this key is not known");
}

base::Result<service::Identity> Router::admit(const Route& route, const http::Request& request) const {
  if (request.local_socket) {
    service::Identity owner;  // whoever may open the data directory's socket; names a project in a header
    if (const auto project = request.header("x-project"); !project.empty()) owner.project = project;
    return owner;
  }
  if (route.access == Access::open) return service::Identity{};
  TRY(auto identity, identity_of(route, request));
  if (identity.role >= role_needed(route.access)) return identity;
  return base::fail(base::ErrorKind::forbidden,
                    "a key with the role " + std::string(name_of(role_needed(route.access))) +
                        " is needed; this one has the role " + std::string(name_of(identity.role)));
}

std::optional<std::pair<const Route*, Call>> Router::accept(http::Request request, const http::Respond& respond) {
  auto found = find(request.method, request.path);
  if (found.route == nullptr) {
    respond(found.allowed.empty() ? problem_response(404, "there is nothing at " + request.path, true)
                                  : method_not_allowed(found.allowed, found.original));
    return std::nullopt;
  }
  auto identity = admit(*found.route, request);
  if (!identity) {
    respond(told(*found.route, request, identity.error()));
    return std::nullopt;
  }
  const bool limited = !request.local_socket && found.route->access != Access::open;
  if (const auto wait = limited ? rate_limit_.take(caller_of(request), services_.ports.clock) : std::nullopt) {
    respond(too_many_requests(*found.route, request, *wait));
    return std::nullopt;
  }
  return std::pair(found.route, Call{std::move(request), std::move(*identity), std::move(found.parts)});
}

void Router::handle(http::Request request, http::Respond respond) {
  auto accepted = accept(std::move(request), respond);
  if (!accepted) return;
  auto& [route, call] = *accepted;
  const bool is_long = route->is_long != nullptr && route->is_long(call.request);
  if (route->where == Where::here && !is_long && !waits_for_log(*route, call.request))
    return run(*route, std::move(call), std::move(respond));
  run_on(route->where == Where::outside ? outside_ : workers_, *route, std::move(call), std::move(respond));
}

bool Router::watches(std::string_view method, std::string_view path) const {
  const auto found = find(method, path);
  return found.route != nullptr && found.route->watches;
}

bool Router::streams(std::string_view method, std::string_view path) const {
  const auto found = find(method, path);
  return found.route != nullptr && std::holds_alternative<OpenReader>(found.route->handle);
}

std::shared_ptr<http::BodySink> Router::stream(http::Request request, http::Respond respond) {
  auto accepted = accept(std::move(request), respond);
  if (!accepted) return nullptr;
  const auto& [route, call] = *accepted;
  auto sink = open_stream(*route, services_, call, {workers_, streams_}, respond);
  if (sink) return std::move(*sink);
  respond(problem(sink.error(), route->original));
  return nullptr;
}

void Router::run_on(base::Workers& workers, const Route& route, Call call, http::Respond respond) {
  const auto kept = std::make_shared<Call>(std::move(call));
  if (!workers.run([this, &route, kept, respond] { run(route, std::move(*kept), respond); }))
    respond(told(route, kept->request, {base::ErrorKind::unavailable, "too many long requests are waiting", {}}));
}

void Router::run(const Route& route, Call call, http::Respond respond) {
  try {
    if (const auto* later = std::get_if<AnswerLater>(&route.handle))
      return (*later)(services_, std::move(call), std::move(respond));
    auto answer = std::holds_alternative<OpenReader>(route.handle)
                      ? read_whole(std::get<OpenReader>(route.handle), services_, call)
                      : std::get<Answer>(route.handle)(services_, call);
    respond(answer ? std::move(*answer) : told(route, call.request, answer.error()));
  } catch (const std::exception& error) {
    respond(defect(route, error));
  }
}

// Without a route every client finds what it reads.
http::Response Router::refuse(int status, std::string_view reason, const http::Request* head) const {
  const auto found = head == nullptr ? Found{} : find(head->method, head->path);
  if (found.route != nullptr && found.route->ml)
    return ml::refusal(*head, status, reason, body_limit(head->method, head->path));
  return problem_response(status, std::string(reason), true);
}

}  // namespace proffer::api
