#include "adapters/mongodb/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "adapters/mongodb/errors.h"
#include "base/limits.h"

namespace proffer::adapters {

struct MongoPool {
  explicit MongoPool(mongoc_client_pool_t* owned) : pool(owned) {}
  ~MongoPool() { mongoc_client_pool_destroy(pool); }
  MongoPool(const MongoPool&) = delete;
  MongoPool& operator=(const MongoPool&) = delete;
  mongoc_client_pool_t* pool;
};

namespace {

using base::ErrorKind;
using base::Result;
using base::Status;
namespace limits = base::limits;

struct DestroyDescription {
  void operator()(mongoc_server_description_t* server) const { mongoc_server_description_destroy(server); }
};
using Server = std::unique_ptr<mongoc_server_description_t, DestroyDescription>;

// What is known of the servers: "Standalone", "RSPrimary", "RSSecondary", "Unknown" …
std::vector<std::string> kinds_of_servers(mongoc_client_t* client) {
  std::size_t count = 0;
  mongoc_server_description_t** servers = mongoc_client_get_server_descriptions(client, &count);
  std::vector<std::string> kinds;
  for (std::size_t i = 0; i < count; ++i) kinds.emplace_back(mongoc_server_description_type(servers[i]));
  mongoc_server_descriptions_destroy_all(servers, count);
  return kinds;
}

bool is_member_without_primary(const std::string& kind) {
  return kind == "RSSecondary" || kind == "RSOther" || kind == "RSGhost" || kind == "RSArbiter";
}

bool is_refused_login(const bson_error_t& error) {
  return (error.domain == MONGOC_ERROR_CLIENT && error.code == MONGOC_ERROR_CLIENT_AUTHENTICATE) ||
         error.domain == MONGOC_ERROR_SASL || error.domain == MONGOC_ERROR_SCRAM ||
         (error.domain == MONGOC_ERROR_SERVER && error.code == 18);
}

tl::unexpected<base::Error> unavailable(std::string message) {
  return base::fail(ErrorKind::unavailable, std::move(message));
}

tl::unexpected<base::Error> too_old(const std::string& hosts) {
  return unavailable("the MongoDB at " + hosts + " is too old: Proffer needs version 4.2 or newer");
}

tl::unexpected<base::Error> no_primary(const std::string& hosts) {
  return unavailable("the replica set at " + hosts +
                     " has no primary that can be reached: see rs.status() on one of its members");
}

// Why no server was found, or why it did not take us.
tl::unexpected<base::Error> explain(mongoc_client_t* client, const std::string& hosts, const bson_error_t& error) {
  if (error.domain == MONGOC_ERROR_PROTOCOL && error.code == MONGOC_ERROR_PROTOCOL_BAD_WIRE_VERSION)
    return too_old(hosts);
  if (is_refused_login(error)) {
    return unavailable("the MongoDB at " + hosts +
                       " refuses the user or the password of the store's address, or the user is of another database "
                       "than its option authSource");
  }
  if (std::ranges::any_of(kinds_of_servers(client), is_member_without_primary)) return no_primary(hosts);
  return unavailable("no MongoDB answers at " + hosts +
                     " (is it running, is the store's address right?): " + error.message);
}

std::int64_t number_in(const bson_t* bson, const char* name) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, bson, name) ? bson_iter_as_int64(&iter) : -1;
}

template <class Run>
Result<Bson> run_with_reply(Run run) {
  Bson reply;
  bson_error_t error;
  bson_t out;
  const bool done = run(&out, &error);
  bson_concat(reply.get(), &out);
  bson_destroy(&out);
  if (!done) return tl::unexpected(error_of(error));
  return reply;
}

}  // namespace

void MongoClient::GiveBack::operator()(mongoc_client_t* client) const { mongoc_client_pool_push(pool->pool, client); }

MongoConnection::MongoConnection(MongoUri uri) : uri_(std::move(uri)), hosts_(hosts_of(uri_.get())) {}

Result<std::unique_ptr<MongoConnection>> MongoConnection::open(const std::string& address) {
  TRY(auto uri, parse_mongodb_address(address));
  std::unique_ptr<MongoConnection> connection(new MongoConnection(std::move(uri)));
  TRY_DO(connection->reconnect());
  return connection;
}

Result<std::shared_ptr<MongoPool>> MongoConnection::make_pool(const mongoc_uri_t* uri) const {
  bson_error_t error;
  mongoc_client_pool_t* pool = mongoc_client_pool_new_with_error(uri, &error);
  if (pool == nullptr) return unavailable("the MongoDB at " + hosts_ + " cannot be looked up: " + error.message);
  mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2);
  return std::make_shared<MongoPool>(pool);
}

Status MongoConnection::reconnect() {
  TRY(auto pool, make_pool(uri_.get()));
  TRY(const MongoClient client, lend(pool));
  TRY_DO(check(client));
  const std::lock_guard lock(mutex_);
  pool_ = std::move(pool);
  patient_pool_.reset();
  return {};
}

// Finds a server that takes writes, as it is, and logs in.
Status MongoConnection::check(mongoc_client_t* client) {
  bson_error_t error;
  const Server server(mongoc_client_select_server(client, true, nullptr, &error));
  if (!server) return explain(client, hosts_, error);
  const bson_t* hello = mongoc_server_description_hello_response(server.get());
  if (number_in(hello, "maxWireVersion") < limits::mongodb_least_wire_version) return too_old(hosts_);
  const std::string kind = mongoc_server_description_type(server.get());
  if (is_member_without_primary(kind)) return no_primary(hosts_);
  const bool sessions = number_in(hello, "logicalSessionTimeoutMinutes") >= 0 && kind != "Standalone";
  repeats_writes_ = sessions && mongoc_uri_get_option_as_bool(uri_.get(), MONGOC_URI_RETRYWRITES, true);
  const Bson ping = std::move(Bson().number("ping", 1));
  if (!mongoc_client_command_simple(client, "admin", ping, nullptr, nullptr, &error))
    return explain(client, hosts_, error);
  return {};
}

std::shared_ptr<MongoPool> MongoConnection::pool() {
  const std::lock_guard lock(mutex_);
  return pool_;
}

Result<std::shared_ptr<MongoPool>> MongoConnection::patient_pool() {
  const std::lock_guard lock(mutex_);
  if (!patient_pool_) {
    const MongoUri patient(mongoc_uri_copy(uri_.get()));
    mongoc_uri_set_option_as_int32(patient.get(), MONGOC_URI_SOCKETTIMEOUTMS,
                                   static_cast<std::int32_t>(limits::mongodb_index_wait.count()));
    TRY(patient_pool_, make_pool(patient.get()));
  }
  return patient_pool_;
}

Result<MongoClient> MongoConnection::lend(std::shared_ptr<MongoPool> pool) {
  mongoc_client_t* client = mongoc_client_pool_pop(pool->pool);
  if (client == nullptr)
    return unavailable("all connections to the MongoDB stay in use: see maxPoolSize of its address");
  return MongoClient(std::move(pool), client);
}

Result<MongoClient> MongoConnection::client() { return lend(pool()); }

Result<MongoClient> MongoConnection::patient_client() {
  TRY(auto pool, patient_pool());
  return lend(std::move(pool));
}

Result<Bson> run_write_command(mongoc_client_t* client, const std::string& database, const Bson& command) {
  return run_with_reply([&](bson_t* reply, bson_error_t* error) {
    return mongoc_client_write_command_with_opts(client, database.c_str(), command, nullptr, reply, error);
  });
}

Result<Bson> run_command(mongoc_client_t* client, const std::string& database, const Bson& command) {
  return run_with_reply([&](bson_t* reply, bson_error_t* error) {
    return mongoc_client_read_command_with_opts(client, database.c_str(), command, nullptr, nullptr, reply, error);
  });
}

}  // namespace proffer::adapters
