#include "api/problem.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.h"
#include "document/json.h"
#include "document/text.h"

namespace proffer::api {
namespace {

namespace json = boost::json;
using base::ErrorKind;

constexpr std::string_view retry_after_seconds = "1";

constexpr auto phrases = std::to_array<std::pair<int, std::string_view>>({
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
});

ProblemDetail detail_of(const base::FieldError& field) {
  auto value = document::parse_json(field.value);
  return {field.location, field.message, value ? std::move(*value) : json::value(field.value)};
}

// What the status obliges the answer to carry.
void add_headers(http::Response& response) {
  if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (response.status == 503 || response.status == 409 || response.status == 429)
    response.headers.emplace_back("Retry-After", retry_after_seconds);
}

// What a problem quotes of a path, a header or a body may hold any bytes; the document itself is UTF-8.
http::Response respond(Problem problem, bool original) {
  problem.title = status_phrase(static_cast<int>(problem.status));
  if (original) {
    problem.ErrorMessage = problem.detail;
    problem.error = 1;
  }
  http::Response response;
  response.status = static_cast<int>(problem.status);
  response.content_type = "application/problem+json";
  response.body = document::repaired_utf8(document::json_text(document::render(problem)));
  add_headers(response);
  return response;
}

}  // namespace

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::malformed:
      return 400;
    case ErrorKind::invalid:
      return 422;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::precondition:
      return 412;
    case ErrorKind::gone:
      return 410;
    case ErrorKind::too_large:
      return 413;
    case ErrorKind::unsupported:
      return 415;
    case ErrorKind::unauthenticated:
      return 401;
    case ErrorKind::forbidden:
      return 403;
    case ErrorKind::too_often:
      return 429;
    case ErrorKind::remote:
      return 502;
    case ErrorKind::timed_out:
      return 504;
    case ErrorKind::unavailable:
      return 503;
    case ErrorKind::hook_failed:
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

std::string_view status_phrase(int status) {
  const auto* found =
      std::find_if(phrases.begin(), phrases.end(), [&](const auto& entry) { return entry.first == status; });
  return found == phrases.end() ? "Error" : found->second;
}

http::Response problem(const base::Error& error, bool original) {
  if (error.kind == ErrorKind::internal) base::log::error("answering 500: {}", error.message);
  Problem problem;
  problem.status = status_of(error.kind);
  problem.detail = error.message;
  for (const auto& field : error.fields) problem.errors.push_back(detail_of(field));
  return respond(std::move(problem), original);
}

http::Response problem_response(int status, std::string detail, bool original) {
  Problem problem;
  problem.status = status;
  problem.detail = std::move(detail);
  return respond(std::move(problem), original);
}

}  // namespace proffer::api
