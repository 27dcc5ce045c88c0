#include "api/ml_wire.h"

#include <fmt/format.h>

#include "api/ml_types.h"
#include "api/problem.h"
#include "base/ascii.h"
#include "document/json.h"
#include "document/text.h"

namespace proffer::api::ml {
namespace {

namespace json = boost::json;
using base::ErrorKind;

constexpr std::string_view invalid_body = "validation failed";

std::string schema_path(std::string_view name) { return fmt::format("/api/v1/schemas/{}.json", name); }

// Plain HTTP only where the host is this machine, as a client sees it through whatever stands in between.
std::string schema_url(const http::Request& request, std::string_view name) {
  const auto host = request.header("host");
  if (host.empty()) return schema_path(name);
  const bool here = host.starts_with("localhost") || host.starts_with("127.0.0.1");
  return fmt::format("{}://{}{}", here ? "http" : "https", host, schema_path(name));
}

http::Response respond(const http::Request& request, std::string_view name, const json::object& fields) {
  json::object body{{"$schema", schema_url(request, name)}};
  for (const auto& member : fields) body.insert(member);
  http::Response response;
  response.body = document::repaired_utf8(document::json_text(body)) + '\n';
  response.headers.emplace_back("Link", fmt::format("<{}>; rel=\"describedBy\"", schema_path(name)));
  return response;
}

base::Error about_body(ErrorKind kind, std::string message, std::string_view body) {
  return {kind, std::string(invalid_body), {{"body", std::move(message), document::json_excerpt(json::value(body))}}};
}

bool is_json(std::string_view content_type) {
  const auto type = base::trimmed(content_type.substr(0, content_type.find(';')));
  return type.empty() || base::equal_ignoring_case(type, "application/json") || type.ends_with("+json");
}

// What Go's decoder says of text that is no JSON value.
std::string go_message(std::string_view body) {
  json::stream_parser parser;
  json::error_code error;
  const auto rest = base::trimmed(body.substr(parser.write_some(body.data(), body.size(), error)));
  if (rest.empty()) return parser.done() ? "" : "unexpected end of JSON input";
  return fmt::format("invalid character '{}' {}", rest.front(),
                     error ? "looking for beginning of value" : "after top-level value");
}

std::string_view title_of(int status) {
  if (status == 413) return "Request Entity Too Large";  // as Go has them
  if (status == 422) return "Unprocessable Entity";
  return status_phrase(status);
}

json::array items_of(const base::Error& error) {
  json::array out;
  for (const auto& field : error.fields) {
    json::object item{{"message", field.message}};
    if (!field.location.empty()) item["location"] = field.location;
    auto value = document::parse_json(field.value);
    if (!value) value = json::value(field.value);
    if (!value->is_null()) item["value"] = std::move(*value);
    out.push_back(std::move(item));
  }
  return out;
}

// With the status and the headers of a plain problem.
http::Response respond_problem(const http::Request& request, const http::Response& plain, json::object rest) {
  json::object fields{{"title", title_of(plain.status)}, {"status", plain.status}};
  for (const auto& member : rest) fields.insert(member);
  auto response = respond(request, error_model.name, fields);
  response.status = plain.status;
  response.content_type = plain.content_type;
  response.headers.insert(response.headers.end(), plain.headers.begin(), plain.headers.end());
  return response;
}

}  // namespace

base::Result<json::object> read_body(const http::Request& request, const document::WireObject& type) {
  if (request.body.empty()) return base::fail(ErrorKind::malformed, "request body is required");
  const auto content_type = request.header("content-type");
  if (!is_json(content_type))
    return tl::unexpected(
        about_body(ErrorKind::unsupported, fmt::format("unknown content type: {}", content_type), request.body));
  auto value = document::parse_json(request.body);
  if (!value) {
    const auto message = go_message(request.body);
    return tl::unexpected(
        about_body(ErrorKind::malformed, message.empty() ? value.error().message : message, request.body));
  }
  document::Violations violations;
  document::validate(type, *value, document::Place("body"), violations);
  if (!violations.empty()) return tl::unexpected(violations.error());
  return std::move(value->get_object());
}

http::Response answer(const http::Request& request, const document::WireObject& type, json::object fields) {
  return respond(request, type.name, fields);
}

http::Response refusal(const http::Request& head, int status, std::string_view reason, std::size_t limit) {
  std::string detail(reason);
  if (status == 413) detail = fmt::format("request body is too large limit={} bytes", limit);
  if (status == 408) detail = "request body read timeout";
  return respond_problem(head, problem_response(status, detail), {{"detail", detail}});
}

http::Response problem(const http::Request& request, const base::Error& error) {
  const bool invalid = error.kind == ErrorKind::invalid && !error.fields.empty();
  json::object fields{{"detail", invalid ? invalid_body : std::string_view(error.message)}};
  if (!error.fields.empty()) fields["errors"] = items_of(error);
  return respond_problem(request, api::problem(error), std::move(fields));
}

}  // namespace proffer::api::ml
