#include "api/custom_routes.h"

#include <algorithm>
#include <array>
#include <future>

#include "api/hook_routes.h"
#include "api/invocations.h"
#include "api/query.h"
#include "api/responses.h"
#include "base/limits.h"
#include "document/json.h"
#include "document/text.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

// What says who calls is not handed on.
constexpr auto secret_headers =
    std::to_array<std::string_view>({"authorization", "proxy-authorization", "x-api-key", "cookie", "set-cookie"});

base::Error unknown(const std::string& name) {
  return {base::ErrorKind::not_found, "there is no custom endpoint '" + name + "'", {}};
}

base::Result<service::CustomEndpointPtr> endpoint_of(Services& services, const Call& call) {
  if (auto found = services.custom.find(call.project(), call.part("name"))) return found;
  return tl::unexpected(unknown(call.part("name")));
}

json::object described(const service::CustomEndpoint& endpoint) {
  return {{"name", endpoint.name},
          {"version", endpoint.version},
          {"date_updated", endpoint.date_updated},
          {"bytes", endpoint.source.size()}};
}

// Text of a request may hold any bytes.
json::string text(std::string_view bytes) { return json::string(document::repaired_utf8(bytes)); }

json::object headers_of(const http::Request& request) {
  json::object out;
  for (const auto& [name, value] : request.headers) {
    if (std::ranges::find(secret_headers, name) == secret_headers.end()) out[name] = text(value);
  }
  return out;
}

json::value body_of(const http::Request& request) {
  if (request.body.empty()) return nullptr;
  auto parsed = document::parse_json(request.body);
  return parsed ? std::move(*parsed) : json::value(text(request.body));
}

json::object request_of(const Call& call) {
  json::object query;
  for (const auto& [name, value] : call.request.query) query[text(name)] = text(value);
  return {{"method", call.request.method}, {"name", call.part("name")},           {"project", call.project()},
          {"query", std::move(query)},     {"headers", headers_of(call.request)}, {"body", body_of(call.request)}};
}

// The functions that one call of an endpoint may call, and how often it did.
class UseCases {
 public:
  UseCases(Services& services, const Call& call) : services_(services), project_(call.project()) {
    functions_.emplace_back("invocations", [this](const json::value& body) {
      return run(body, [&](const std::string& text) { return invoke_and_wait(services_, project_, text); });
    });
    functions_.emplace_back("response", [this](const json::value& body) {
      return run(body, [&](const std::string& text) { return respond_and_wait(text); });
    });
  }

  const service::HookFunctions& functions() const { return functions_; }

 private:
  // The answer and its status.
  template <class F>
  base::Result<json::array> run(const json::value& body, const F& use_case) {
    if (!body.is_object()) return base::fail(base::ErrorKind::hook_failed, "expected a table with names");
    if (++calls_ > base::limits::custom_calls) {
      return base::fail(base::ErrorKind::hook_failed,
                        "more than " + std::to_string(base::limits::custom_calls) + " calls of use cases");
    }
    const http::Response answer = use_case(document::json_text(body));
    TRY(auto parsed, document::parse_json(answer.body, "the answer", 2 * base::limits::json_depth));
    return json::array{std::move(parsed), answer.status};
  }

  http::Response respond_and_wait(const std::string& body) {
    Call call;
    call.identity.project = project_;
    call.request.body = body;
    std::promise<http::Response> answer;
    response(services_, std::move(call), [&answer](http::Response made) { answer.set_value(std::move(made)); });
    return answer.get_future().get();
  }

  Services& services_;
  std::string project_;
  service::HookFunctions functions_;
  std::size_t calls_ = 0;
};

base::Error failed(const service::CustomEndpoint& endpoint, const std::string& why) {
  return {base::ErrorKind::hook_failed, "the custom endpoint '" + endpoint.name + "' failed: " + why, {}};
}

// `return table`, or `return status, table`.
base::Result<http::Response> answer_of(const service::CustomEndpoint& endpoint, const json::array& values) {
  if (values.size() == 1) return json_response(document::json_text(values.front()));
  const auto status = values.front().is_int64() ? values.front().get_int64() : 0;
  if (status >= 200 && status <= 599) return json_response(document::json_text(values[1]), static_cast<int>(status));
  return tl::unexpected(failed(endpoint, "handle: the first of two values must be a status from 200 to 599"));
}

base::Result<http::Response> handle(Services& services, const Call& call, const service::CustomEndpoint& endpoint) {
  const UseCases use_cases(services, call);
  const service::HookLimits limits{base::limits::custom_instructions, base::limits::custom_memory_bytes,
                                   base::limits::custom_time};
  const service::HookArgument arguments[] = {[&] { return request_of(call); }};
  auto session = endpoint.program->open(limits, &use_cases.functions());
  if (!session) return tl::unexpected(failed(endpoint, session.error().message));
  const auto returned = (*session)->call("handle", arguments);
  if (!returned) return tl::unexpected(failed(endpoint, returned.error().message));
  if (returned->nothing) return json_response("", 204);
  return answer_of(endpoint, returned->unchanged ? json::array{arguments[0]()} : returned->values);
}

}  // namespace

base::Result<http::Response> list_custom(Services& services, const Call& call) {
  json::array out;
  for (const auto& endpoint : services.custom.of_project(call.project())) out.push_back(described(*endpoint));
  return json_response(document::json_text(out));
}

base::Result<http::Response> get_custom(Services& services, const Call& call) {
  TRY(const auto endpoint, endpoint_of(services, call));
  return source_response(endpoint->source, endpoint->etag());
}

base::Result<http::Response> put_custom(Services& services, const Call& call) {
  TRY(auto source, source_of(call));
  const bool is_new = services.custom.find(call.project(), call.part("name")) == nullptr;
  TRY(const auto endpoint,
      services.custom.put(call.project(), call.part("name"), std::move(source), expected_of(call)));
  auto response = json_response(document::json_text(described(*endpoint)), is_new ? 201 : 200);
  response.headers.emplace_back("ETag", endpoint->etag());
  return response;
}

base::Result<http::Response> delete_custom(Services& services, const Call& call) {
  TRY_DO(services.custom.remove(call.project(), call.part("name"), expected_of(call)));
  return json_response("", 204);
}

base::Result<http::Response> list_custom_versions(Services& services, const Call& call) {
  TRY(const auto versions, services.custom.versions(call.project(), call.part("name")));
  if (versions.empty()) return tl::unexpected(unknown(call.part("name")));
  return versions_response(call, versions);
}

base::Result<http::Response> call_custom(Services& services, const Call& call) {
  TRY(const auto endpoint, endpoint_of(services, call));
  auto answer = handle(services, call, *endpoint);
  if (!answer) services.decide.hook_errors().count("", "custom." + endpoint->name);
  return answer;
}

}  // namespace proffer::api
