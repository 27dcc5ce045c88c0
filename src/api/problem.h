// Errors on the wire: problem documents (RFC 9457).
#pragma once

#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/describe.h"
#include "http/server.h"

namespace proffer::api {

struct ProblemDetail {
  std::string location;
  std::string message;
  boost::json::value value;
};
BOOST_DESCRIBE_STRUCT(ProblemDetail, (), (location, message, value))

struct Problem {
  std::string type = "about:blank";
  std::string title;
  std::int64_t status = 500;
  std::string detail;
  std::vector<ProblemDetail> errors;
  std::optional<std::string> ErrorMessage;
  std::optional<std::int64_t> error;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (type, title, status, detail, errors, ErrorMessage, error))

// The status of a kind of error: the one place that knows.
int status_of(base::ErrorKind kind);

// What HTTP calls a status ("Not Found"); "Error" for one that it does not know.
std::string_view status_phrase(int status);

// The whole answer, with the headers that its status asks for (WWW-Authenticate, Retry-After). `original`: a route of
// the original API, whose clients read `ErrorMessage` and `error: 1`.
http::Response problem(const base::Error& error, bool original = false);

// The same without an Error, for statuses that HTTP itself gives (405, 408, 429 …).
http::Response problem_response(int status, std::string detail, bool original = false);

}  // namespace proffer::api

namespace proffer::document {

template <>
struct Docs<api::ProblemDetail> {
  static constexpr std::string_view title = "ProblemDetail";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"location", "Where it stands: body.randomisation.epsilon, body[3].price, query.limit."},
      {"message", "What was expected."},
      {"value", "What came; a long one is cut, as text."},
  });
};

template <>
struct Docs<api::Problem> {
  static constexpr std::string_view title = "Problem";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"type", "A URI that names the kind of problem; about:blank when the status says it."},
      {"title", "What HTTP calls the status."},
      {"status", "The status of the answer.", {.minimum = 400, .maximum = 599}},
      {"detail", "What is wrong, for people."},
      {"errors", "Everything that is wrong with the request, each at its place."},
      {"ErrorMessage", "On the original's routes: the same as detail."},
      {"error", "On the original's routes: 1."},
  });
};

}  // namespace proffer::document
