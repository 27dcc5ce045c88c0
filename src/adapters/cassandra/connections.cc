#include "adapters/cassandra/connections.h"

#include "base/limits.h"

namespace proffer::adapters {

base::Result<std::unique_ptr<cql::Connection>> CassandraConnections::take() {
  {
    const std::lock_guard lock(mutex_);
    while (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      if (cql::time_since(connection->last_used()) < base::limits::cassandra_idle) return connection;
    }
  }
  return open();
}

void CassandraConnections::give_back(std::unique_ptr<cql::Connection> connection) {
  if (!connection->is_usable()) return;
  const std::lock_guard lock(mutex_);
  if (idle_.size() < base::limits::cassandra_connections) idle_.push_back(std::move(connection));
}

}  // namespace proffer::adapters
