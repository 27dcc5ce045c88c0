// Logs of nodes on the shared test server, each test in a database of its own.
#pragma once

#include <unistd.h>
#include <atomic>
#include <memory>
#include <string>

#include "adapters/mongodb/connection.h"
#include "adapters/mongodb/decision_log.h"
#include "components/mongo_server.h"
#include "components/proxy.h"
#include "temporary_directory.h"

namespace proffer::tests {

inline std::string new_database() {
  static std::atomic<int> count{0};
  return "log_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

inline int port_of(const std::string& address) { return std::stoi(address.substr(address.rfind(':') + 1)); }

// One node, with a network of its own.
class LogNode {
 public:
  LogNode(const base::Clock& clock, std::string database, bool goes_on_alone = false)
      : clock_(clock), database_(std::move(database)), goes_on_alone_(goes_on_alone) {
    open();
  }

  void open() {
    const auto address = "mongodb://127.0.0.1:" + std::to_string(proxy_.port()) +
                         "/?serverSelectionTimeoutMS=1000&connectTimeoutMS=300&socketTimeoutMS=2000";
    auto connection = adapters::MongoConnection::open(address);
    ASSERT_TRUE(connection) << connection.error().message;
    connection_ = std::move(*connection);
    adapters::MongoLogOptions options;
    options.database = database_;
    options.holder = directory_.path();
    options.directory = directory_.path();
    options.goes_on_alone = goes_on_alone_;
    options.spool_bytes = 1 << 20;
    options.compare_clocks = false;
    auto log = adapters::MongoDecisionLog::open(*connection_, clock_, options);
    ASSERT_TRUE(log) << log.error().message;
    log_ = std::move(*log);
  }
  void may_go_on_alone(bool may) { goes_on_alone_ = may; }  // from the next open() on
  void close() {
    log_.reset();
    connection_.reset();
  }

  adapters::MongoDecisionLog& log() { return *log_; }
  Proxy& network() { return proxy_; }

 private:
  const base::Clock& clock_;
  const std::string database_;
  bool goes_on_alone_;
  TemporaryDirectory directory_;
  Proxy proxy_{port_of(shared_mongo_server().address())};
  std::unique_ptr<adapters::MongoConnection> connection_;
  std::unique_ptr<adapters::MongoDecisionLog> log_;
};

}  // namespace proffer::tests
