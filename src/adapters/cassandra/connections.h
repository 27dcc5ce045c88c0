// The connections to one cluster that are kept between queries.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "adapters/cassandra/connection.h"

namespace proffer::adapters {

// Safe to call concurrently.
class CassandraConnections {
 public:
  explicit CassandraConnections(cql::Address address) : address_(std::move(address)) {}

  const cql::Address& address() const { return address_; }

  // Nothing more may be asked.
  void stop() { stopped_ = true; }
  bool is_stopped() const { return stopped_; }

  // One that was used within limits::cassandra_idle, or a new one.
  base::Result<std::unique_ptr<cql::Connection>> take();
  // A new one.
  base::Result<std::unique_ptr<cql::Connection>> open() const { return cql::Connection::open(address_); }
  // Keeps it, unless it is of no more use or limits::cassandra_connections are kept.
  void give_back(std::unique_ptr<cql::Connection> connection);

 private:
  const cql::Address address_;
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::vector<std::unique_ptr<cql::Connection>> idle_;
};

}  // namespace proffer::adapters
