#include "adapters/mongodb/errors.h"

#include <algorithm>
#include <array>
#include <string>

namespace proffer::adapters {
namespace {

using base::ErrorKind;

template <std::size_t n>
bool is_one_of(std::uint32_t code, const std::array<std::uint32_t, n>& codes) {
  return std::ranges::find(codes, code) != codes.end();
}

// The names are those of MongoDB's table of error codes (src/mongo/base/error_codes.yml).
constexpr std::array<std::uint32_t, 9> of_a_changed_primary = {
    91,     // ShutdownInProgress
    189,    // PrimarySteppedDown
    10107,  // NotWritablePrimary
    11600,  // InterruptedAtShutdown
    11602,  // InterruptedDueToReplStateChange
    13435,  // NotPrimaryNoSecondaryOk
    13436,  // NotPrimaryOrSecondary
    9001,   // SocketException
    262,    // ExceededTimeLimit
};
constexpr std::array<std::uint32_t, 4> of_too_large_documents = {10334, 17419, 17420, 16800};
constexpr std::array<std::uint32_t, 10> of_unfit_updates = {
    2,   // BadValue
    9,   // FailedToParse
    14,  // TypeMismatch
    15,  // Overflow: nested too deeply
    28,  // PathNotViable
    40,  // ConflictingUpdateOperators
    52,  // DollarPrefixedFieldName
    57,  // DottedFieldName
    66,  // ImmutableField
    73,  // InvalidNamespace
};
constexpr std::array<std::uint32_t, 3> of_missing_rights = {13, 18, 11};  // Unauthorized, AuthenticationFailed

ErrorKind kind_of_server_error(std::uint32_t code) {
  if (code == MONGOC_ERROR_DUPLICATE_KEY) return ErrorKind::conflict;
  if (is_one_of(code, of_too_large_documents)) return ErrorKind::too_large;
  if (is_one_of(code, of_unfit_updates)) return ErrorKind::invalid;
  return ErrorKind::unavailable;
}

ErrorKind kind_of(const bson_error_t& error) {
  if (error.domain == MONGOC_ERROR_SERVER) return kind_of_server_error(error.code);
  const bool large = error.domain == MONGOC_ERROR_BSON ||
                     (error.domain == MONGOC_ERROR_CLIENT && error.code == MONGOC_ERROR_CLIENT_TOO_BIG);
  return large ? ErrorKind::too_large : ErrorKind::unavailable;
}

std::string advice(const bson_error_t& error) {
  if (error.domain == MONGOC_ERROR_SERVER && is_one_of(error.code, of_missing_rights))
    return "; the user of the store's address needs the role readWriteAnyDatabase, or readWrite on each database used";
  if (error.domain == MONGOC_ERROR_WRITE_CONCERN)
    return "; it is written, but the majority of the replica set has not confirmed it";
  return {};
}

}  // namespace

base::Error error_of(const bson_error_t& error) {
  const ErrorKind kind = kind_of(error);
  const std::string begin = kind == ErrorKind::unavailable ? "the MongoDB cannot do this now: " : "MongoDB says: ";
  return {kind, begin + error.message + advice(error), {}};
}

bool is_duplicate_key(const bson_error_t& error) {
  return error.domain == MONGOC_ERROR_SERVER && error.code == MONGOC_ERROR_DUPLICATE_KEY;
}

bool is_passing(const bson_error_t& error) {
  return error.domain == MONGOC_ERROR_STREAM ||
         (error.domain == MONGOC_ERROR_SERVER && is_one_of(error.code, of_a_changed_primary));
}

}  // namespace proffer::adapters
