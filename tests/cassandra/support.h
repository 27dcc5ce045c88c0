// A keyspace of the test's own on the shared node, and rows as text.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "adapters/cassandra/cassandra_source.h"
#include "adapters/cassandra/connection.h"
#include "components/cassandra_server.h"
#include "document/json.h"

namespace proffer::tests {

inline std::unique_ptr<adapters::CassandraSource> source_at(const std::string& address) {
  auto source = adapters::CassandraSource::make({address, "", ""});
  EXPECT_TRUE(source) << source.error().message;
  return *std::move(source);
}

// All rows as JSON texts, or the message of the error, alone.
inline std::vector<std::string> rows_of(service::TableSource& source, const service::TableQuery& query) {
  auto rows = source.select(query);
  if (!rows) return {rows.error().message};
  std::vector<std::string> out;
  for (;;) {
    const auto row = (*rows)->next();
    if (!row) return {row.error().message};
    if (!*row) return out;
    out.push_back(document::json_text(**row));
  }
}

class Keyspace {
 public:
  explicit Keyspace(std::string name)
      : name_(std::move(name)), address_(*parse(shared_cassandra_server().address_of(""))) {
    auto opened = adapters::cql::Connection::open(address_);
    EXPECT_TRUE(opened) << opened.error().message;
    if (!opened) return;
    connection_ = *std::move(opened);
    run("CREATE KEYSPACE " + name_ + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    run("USE " + name_);
  }

  void run(const std::string& statement) {
    ASSERT_TRUE(connection_) << "no connection";
    const auto done = connection_->run(statement, adapters::cql::deadline_in(std::chrono::seconds{30}));
    EXPECT_TRUE(done) << statement << ": " << done.error().message;
  }

  const std::string& name() const { return name_; }
  std::string address(const std::string& parameters = "") const {
    return shared_cassandra_server().address_of(name_, parameters);
  }
  std::unique_ptr<adapters::CassandraSource> source(const std::string& parameters = "") const {
    return source_at(address(parameters));
  }

 private:
  static base::Result<adapters::cql::Address> parse(const std::string& text) {
    return adapters::cql::parse_address(text);
  }

  const std::string name_;
  const adapters::cql::Address address_;
  std::unique_ptr<adapters::cql::Connection> connection_;
};

}  // namespace proffer::tests
