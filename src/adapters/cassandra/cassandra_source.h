// The port TableSource on Apache Cassandra (2.2 and later), by version 4 of its native protocol.
//
// A query asks one connection: one that is kept from an earlier query, or a new one. A connection that turns out to be
// lost before anything was read is replaced, once a query; later its loss is an error, as the rows read before are
// gone.
#pragma once

#include <memory>
#include <string>

#include "adapters/cassandra/address.h"
#include "service/table_source.h"

namespace proffer::adapters {

struct CassandraOptions {
  std::string address;   // cassandra://user:password@host:9042,host/keyspace?tls=true, as cql::parse_address reads it
  std::string user;      // where the address names none
  std::string password;  // where the address has none
};

class CassandraConnections;

class CassandraSource final : public service::TableSource {
 public:
  // `invalid` for an address that is none. Connects to nobody yet.
  static base::Result<std::unique_ptr<CassandraSource>> make(const CassandraOptions& options);

  base::Result<std::unique_ptr<service::TableRows>> select(const service::TableQuery& query) override;
  base::Result<std::optional<boost::json::object>> find_row(const service::TableKey& key,
                                                            const boost::json::value& value) override;

  // What is under way ends with the page that it waits for, as `remote`, and nothing new is asked: for the program's
  // end.
  void stop();

 private:
  explicit CassandraSource(cql::Address address);

  std::shared_ptr<CassandraConnections> connections_;
};

// The address without user and password, for people to see.
std::string shown_cassandra_address(const std::string& address);

// Every row of a table, for select(). Names are taken as they are, so capital letters count.
std::string select_all(const std::string& keyspace, const std::string& table);

}  // namespace proffer::adapters
