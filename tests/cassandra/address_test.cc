#include "adapters/cassandra/address.h"

#include <gmock/gmock.h>

#include "adapters/cassandra/cassandra_source.h"

namespace proffer::adapters::cql {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(CassandraAddress, HasDefaultsForAllButAHost) {
  const auto address = parse_address("cassandra://node");
  ASSERT_TRUE(address) << address.error().message;
  ASSERT_EQ(address->hosts.size(), 1u);
  EXPECT_EQ(host_text(address->hosts[0]), "node:9042");
  EXPECT_EQ(address->user + address->password + address->keyspace, "");
  EXPECT_FALSE(address->tls);
  EXPECT_EQ(address->consistency, Consistency::local_one);
  EXPECT_EQ(address->page_rows, 500);
}

TEST(CassandraAddress, NamesHostsUserKeyspaceAndManners) {
  const auto address = parse_address(
      "cassandra://us%40er:p%3A%2fss:w@a:19042,[::1]:9043,[fe80::2]/shop?tls=true&ca=/etc/"
      "ca.pem&consistency=local_quorum"
      "&page=50&connect_timeout_ms=100&read_timeout_ms=200");
  ASSERT_TRUE(address) << address.error().message;
  ASSERT_EQ(address->hosts.size(), 3u);
  EXPECT_EQ(host_text(address->hosts[0]), "a:19042");
  EXPECT_EQ(host_text(address->hosts[1]), "[::1]:9043");
  EXPECT_EQ(host_text(address->hosts[2]), "[fe80::2]:9042");
  EXPECT_EQ(address->user, "us@er");
  EXPECT_EQ(address->password, "p:/ss:w");
  EXPECT_EQ(address->keyspace, "shop");
  EXPECT_TRUE(address->tls);
  EXPECT_EQ(address->ca_file, "/etc/ca.pem");
  EXPECT_EQ(address->consistency, Consistency::local_quorum);
  EXPECT_EQ(address->page_rows, 50);
  EXPECT_EQ(address->connect_timeout.count(), 100);
  EXPECT_EQ(address->read_timeout.count(), 200);
  EXPECT_TRUE(parse_address("cassandras://node")->tls);
}

TEST(CassandraAddress, WhatIsNoneIsRefusedWithoutShowingAPassword) {
  for (const auto* text :
       {"", "mongodb://node", "cassandra://", "cassandra:node", "cassandra://a,,b", "cassandra://::1",
        "cassandra://u:s3cret@a:0", "cassandra://u:s3cret@a:65536", "cassandra://u:s3cret/x@a:1:2",
        "cassandra://u:s3cret", "cassandra://u:%zz@a", "cassandra://a?page=0", "cassandra://a?page=5001",
        "cassandra://a?page=5x", "cassandra://a?tls=yes", "cassandra://a?consistency=some", "cassandra://a?colour=red",
        "cassandra://a?read_timeout_ms=0"}) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().kind, base::ErrorKind::invalid);
    EXPECT_THAT(address.error().message, HasSubstr("the address of Cassandra: "));
    EXPECT_THAT(address.error().message, Not(HasSubstr("s3cret")));
  }
}

TEST(CassandraAddress, HostsHaveALimit) {
  std::string hosts = "cassandra://n";
  for (int i = 1; i < 16; ++i) hosts += ",n";
  EXPECT_TRUE(parse_address(hosts));
  EXPECT_FALSE(parse_address(hosts + ",n"));
}

TEST(CassandraAddress, IsShownWithoutUserAndPassword) {
  EXPECT_EQ(shown_cassandra_address("cassandra://u:p@ss@node/k?tls=true"), "cassandra://node/k?tls=true");
  EXPECT_EQ(shown_cassandra_address("cassandra://node"), "cassandra://node");
  EXPECT_EQ(shown_cassandra_address("u:p@node"), "(not an address)");
  EXPECT_EQ(shown_cassandra_address(""), "");
}

}  // namespace
}  // namespace proffer::adapters::cql
