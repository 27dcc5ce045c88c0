// Where Cassandra is: cassandra://user:password@host:9042,host/keyspace?tls=true
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/cassandra/frame.h"
#include "base/limits.h"
#include "base/result.h"

namespace proffer::adapters::cql {

struct Host {
  std::string name;  // or address; IPv6 without brackets
  std::string port = "9042";
};

struct Address {
  std::vector<Host> hosts;  // tried in this order
  std::string user;         // empty: nobody logs in
  std::string password;
  std::string keyspace;  // empty: queries name theirs
  bool tls = false;
  std::string ca_file;  // PEM; empty: the certificates that the system trusts
  Consistency consistency = Consistency::local_one;
  std::int32_t page_rows = base::limits::cassandra_page_rows;
  std::chrono::milliseconds connect_timeout = base::limits::cassandra_connect_deadline;
  std::chrono::milliseconds read_timeout = base::limits::cassandra_read_deadline;  // of one page
};

// User, password and keyspace may be percent-encoded; parameters are tls, ca, consistency, page, connect_timeout_ms and
// read_timeout_ms. `cassandras://` is TLS too. `invalid`, naming what was expected; no message holds the user or the
// password.
base::Result<Address> parse_address(std::string_view text);

// "host:9042", for messages.
std::string host_text(const Host& host);

}  // namespace proffer::adapters::cql
