#include "adapters/mongodb/address.h"

#include <mutex>

#include "base/limits.h"

namespace proffer::adapters {
namespace {

using base::ErrorKind;
namespace limits = base::limits;

constexpr std::string_view form =
    "mongodb://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]…][/DATABASE][?OPTION=VALUE&…], where special characters of "
    "user and password are percent-encoded (@ is %40, : is %3A, / is %2F, % is %25)";

// What the driver says of an address may quote any part of it, so of its lines only the names of options are kept, and
// of its other lines none: each failure is told by the call that it makes fail.
struct DriverLines {
  static constexpr std::string_view unknown_option = "Unsupported URI option \"";
  static inline thread_local std::string* option = nullptr;  // of the parsing that this thread does

  static void take(mongoc_log_level_t, const char*, const char* message, void*) {
    const std::string_view line = message;
    if (option != nullptr && line.starts_with(unknown_option)) {
      const std::string_view rest = line.substr(unknown_option.size());
      *option = rest.substr(0, rest.find('"'));
    }
  }
};

void start_driver() {
  static std::once_flag once;
  std::call_once(once, [] {
    mongoc_log_set_handler(&DriverLines::take, nullptr);  // first: starting may already have something to say
    mongoc_init();
  });
}

void set_absent(mongoc_uri_t* uri, const char* option, std::chrono::milliseconds value) {
  if (!mongoc_uri_has_option(uri, option))
    mongoc_uri_set_option_as_int32(uri, option, static_cast<std::int32_t>(value.count()));
}

void set_write_concern(mongoc_uri_t* uri) {
  const auto* given = mongoc_uri_get_write_concern(uri);
  if (!mongoc_write_concern_is_default(given)) return;
  mongoc_write_concern_t* majority = mongoc_write_concern_copy(given);
  mongoc_write_concern_set_wmajority(majority, static_cast<std::int32_t>(limits::mongodb_majority_wait.count()));
  mongoc_write_concern_set_journal(majority, true);
  mongoc_uri_set_write_concern(uri, majority);
  mongoc_write_concern_destroy(majority);
}

void set_defaults(mongoc_uri_t* uri) {
  set_absent(uri, MONGOC_URI_CONNECTTIMEOUTMS, limits::mongodb_connect_wait);
  set_absent(uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, limits::mongodb_server_wait);
  set_absent(uri, MONGOC_URI_SOCKETTIMEOUTMS, limits::mongodb_answer_wait);
  set_absent(uri, MONGOC_URI_WAITQUEUETIMEOUTMS, limits::mongodb_server_wait);
  if (mongoc_uri_get_appname(uri) == nullptr) mongoc_uri_set_appname(uri, "proffer");
  mongoc_read_prefs_t* primary = mongoc_read_prefs_new(MONGOC_READ_PRIMARY);
  mongoc_uri_set_read_prefs_t(uri, primary);
  mongoc_read_prefs_destroy(primary);
  set_write_concern(uri);
}

}  // namespace

base::Result<MongoUri> parse_mongodb_address(const std::string& address) {
  start_driver();
  std::string unknown;
  DriverLines::option = &unknown;
  bson_error_t error;
  MongoUri uri(mongoc_uri_new_with_error(address.c_str(), &error));
  DriverLines::option = nullptr;
  if (!uri) return base::fail(ErrorKind::invalid, "not an address of a MongoDB; expected " + std::string(form));
  if (!unknown.empty())
    return base::fail(ErrorKind::invalid, "the address of the MongoDB has an option that is not known: " + unknown);
  if (mongoc_write_concern_get_w(mongoc_uri_get_write_concern(uri.get())) == MONGOC_WRITE_CONCERN_W_UNACKNOWLEDGED)
    return base::fail(ErrorKind::invalid, "w=0 in the address of the MongoDB would acknowledge what is not written");
  set_defaults(uri.get());
  return uri;
}

std::string hosts_of(const mongoc_uri_t* uri) {
  if (const char* service = mongoc_uri_get_srv_hostname(uri)) return service;
  std::string out;
  for (const auto* host = mongoc_uri_get_hosts(uri); host != nullptr; host = host->next)
    out += (out.empty() ? "" : ", ") + std::string(host->host_and_port);
  return out;
}

}  // namespace proffer::adapters
