// The outcome of an operation that can fail in an expected way: a value or an Error, never an exception.
//
// Three kinds of failure, three means: a broken invariant is an assert; an expected failure is a Result; a wrong start
// (options, port, directory) is one line and exit. Only api/ knows how a kind of error looks on the wire.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace proffer::base {

enum class ErrorKind {
  malformed,        // the bytes are not what their type says (not JSON, not UTF-8)
  invalid,          // well formed, but a field is missing, of the wrong type or out of range
  not_found,        // what was named does not exist
  conflict,         // exists already, or is being worked on
  precondition,     // an If-Match that no longer holds
  gone,             // existed, and was pruned or erased
  too_large,        // past a limit of base/limits.h
  unsupported,      // a body of a type (Content-Type, charset) that is not read here
  unauthenticated,  // no key, or one that is not known
  forbidden,        // a key whose role does not allow this
  too_often,        // past the rate that is allowed here: trying again later helps
  remote,           // another server that was called did not do its part
  timed_out,        // another server that was called did not answer in time
  hook_failed,      // code that the user wrote went wrong, or past its limits
  unavailable,      // a store, disk or queue cannot take it now; trying again may help
  internal,         // a defect of Proffer
};

// One violated expectation: where it was found ("body.randomisation.epsilon"), what was expected, what came (as JSON).
struct FieldError {
  std::string location;
  std::string message;
  std::string value = "null";
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
  std::vector<FieldError> fields = {};
};

template <class T>
using Result = tl::expected<T, Error>;

using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message), {}});
}

// An invalid value of one field.
inline tl::unexpected<Error> fail_field(std::string location, std::string message, std::string value = "null") {
  Error error{ErrorKind::invalid, location + ": " + message, {}};
  error.fields.push_back({std::move(location), std::move(message), std::move(value)});
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace proffer::base

#define PROFFER_CONCAT_(a, b) a##b
#define PROFFER_CONCAT(a, b) PROFFER_CONCAT_(a, b)

// TRY(auto x, f()): x is the value of f(), or the enclosing function returns its error.
#define TRY(declaration, expression) TRY_(declaration, expression, PROFFER_CONCAT(try_result_, __LINE__))
#define TRY_(declaration, expression, result)                                              \
  auto result = (expression);                                                              \
  if (!result) return ::tl::unexpected<::proffer::base::Error>(std::move(result).error()); \
  declaration = std::move(*result)

// TRY_DO(f()): the enclosing function returns the error of f(), if there is one.
#define TRY_DO(expression) \
  if (auto status_ = (expression); !status_) return ::tl::unexpected<::proffer::base::Error>(std::move(status_).error())
