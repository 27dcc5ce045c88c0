// The Cassandra node of the tests. It starts in about ten seconds, so the tests of one executable share it, each with a
// keyspace of its own; one that stops it starts it again.
#pragma once

#include <string>

#include "components/component.h"

namespace proffer::tests {

class CassandraServer : public Component {
 public:
  CassandraServer() : Component("cassandra") {}

  // "127.0.0.1:40309".
  std::string host() const { return address().substr(address().find("://") + 3); }
  // With the user and password of a new node, and the patience that one under load may need. A later parameter wins.
  std::string address_of(const std::string& keyspace, const std::string& parameters = "") const {
    return "cassandra://cassandra:cassandra@" + host() + '/' + keyspace +
           "?connect_timeout_ms=60000&read_timeout_ms=60000&" + parameters;
  }
  // Of the node, which signed it itself.
  std::string certificate() const { return data() + "/certificate.pem"; }
};

inline CassandraServer& shared_cassandra_server() {
  static CassandraServer server;
  return server;
}

}  // namespace proffer::tests
