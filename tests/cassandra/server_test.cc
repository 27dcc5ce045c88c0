// The client against a real node: every type, pages, time-outs, lost connections, refusals.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "support.h"

namespace proffer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using tests::CassandraServer;
using tests::Keyspace;
using tests::rows_of;
using tests::source_at;

TEST(CassandraServerTypes, EveryNativeTypeComesAsItIsDescribed) {
  Keyspace shop("every_type");
  shop.run(
      "CREATE TABLE t (id int PRIMARY KEY, a ascii, b bigint, bl blob, bo boolean, d date, de decimal, do double, du "
      "duration, "
      "f float, i inet, s smallint, te text, ti time, ts timestamp, tu timeuuid, ty tinyint, u uuid, v varchar, va "
      "varint)");
  shop.run(
      "INSERT INTO t (id, a, b, bl, bo, d, de, do, du, f, i, s, te, ti, ts, tu, ty, u, v, va) VALUES (1, 'plain', "
      "-9223372036854775808, 0x00ff10, true, '2024-02-29', 19.99, 0.1, 1mo2d3h, 0.1, '192.168.0.1', -32768, 'Grüße', "
      "'13:04:43.000774001', '2024-12-20T13:04:43.123Z', 50554d6e-29bb-11e5-b345-feff819cdc9f, -128, "
      "123e4567-e89b-12d3-a456-426614174000, '', 123456789012345678901234567890)");
  shop.run("INSERT INTO t (id) VALUES (2)");
  const auto source = shop.source();
  EXPECT_THAT(
      rows_of(*source, {"SELECT * FROM t WHERE id = 1"}),
      ElementsAre(
          R"({"id":1,"a":"plain","b":-9223372036854775808,"bl":"AP8Q","bo":true,"d":"2024-02-29","de":19.99,"do":0.1,)"
          R"("du":{"months":1,"days":2,"nanoseconds":10800000000000},"f":0.1,"i":"192.168.0.1","s":-32768,"te":"Grüße",)"
          R"("ti":"13:04:43.000774001","ts":{"$date":1734699883123},"tu":"50554d6e-29bb-11e5-b345-feff819cdc9f","ty":-128,)"
          R"("u":"123e4567-e89b-12d3-a456-426614174000","v":"","va":"123456789012345678901234567890"})"));
  EXPECT_THAT(rows_of(*source, {"SELECT * FROM t WHERE id = 2"}),
              ElementsAre(R"({"id":2,"a":null,"b":null,"bl":null,"bo":null,"d":null,"de":null,"do":null,"du":null,)"
                          R"("f":null,"i":null,"s":null,"te":null,"ti":null,"ts":null,"tu":null,"ty":null,"u":null,)"
                          R"("v":null,"va":null})"));
}

TEST(CassandraServerTypes, CollectionsTuplesAndUsersTypesNestAsTheyDo) {
  Keyspace shop("nested_types");
  shop.run("CREATE TYPE money (amount decimal, currency text)");
  shop.run(
      "CREATE TABLE t (id int PRIMARY KEY, l list<frozen<list<int>>>, s set<text>, m map<text, frozen<map<int, "
      "text>>>, "
      "tu tuple<int, text, frozen<list<double>>>, u money, ul list<frozen<money>>, k map<frozen<list<int>>, int>, "
      "vec vector<float, 3>, e frozen<list<int>>)");
  shop.run(
      "INSERT INTO t (id, l, s, m, tu, u, ul, k, vec, e) VALUES (1, [[1, 2], []], {'b', 'a'}, {'x': {7: 'seven'}}, "
      "(1, null, [0.5]), {amount: 1.50, currency: 'ZAR'}, [{amount: 2, currency: null}], {[1, 2]: 3}, [1, 0.5, -2], "
      "[])");
  EXPECT_THAT(rows_of(*shop.source(), {"SELECT l, s, m, tu, u, ul, k, vec, e FROM t"}),
              ElementsAre(R"({"l":[[1,2],[]],"s":["a","b"],"m":{"x":{"7":"seven"}},"tu":[1,null,[0.5]],)"
                          R"("u":{"amount":1.5,"currency":"ZAR"},"ul":[{"amount":2,"currency":null}],"k":{"[1,2]":3},)"
                          R"("vec":[1,0.5,-2],"e":[]})"));
  shop.run("ALTER TYPE money ADD note text");
  EXPECT_THAT(rows_of(*shop.source(), {"SELECT u FROM t"}),
              ElementsAre(R"({"u":{"amount":1.5,"currency":"ZAR","note":null}})"));
}

TEST(CassandraServerTypes, CountersAndNumbersThatJsonCannotSay) {
  Keyspace shop("odd_numbers");
  shop.run("CREATE TABLE c (id int PRIMARY KEY, n counter)");
  shop.run("UPDATE c SET n = n + 5 WHERE id = 1");
  shop.run("UPDATE c SET n = n - 12 WHERE id = 1");
  EXPECT_THAT(rows_of(*shop.source(), {"SELECT n FROM c"}), ElementsAre(R"({"n":-7})"));
  shop.run("CREATE TABLE t (id int PRIMARY KEY, d double, f float, de decimal, i inet)");
  shop.run("INSERT INTO t (id, d, f, de, i) VALUES (1, NaN, -Infinity, 1.2345678901234567890, '2001:db8::1')");
  EXPECT_THAT(rows_of(*shop.source(), {"SELECT d, f, de, i FROM t"}),
              ElementsAre(R"({"d":"NaN","f":"-Infinity","de":"1.2345678901234567890","i":"2001:db8::1"})"));
}

TEST(CassandraServerPages, ThousandsOfRowsComeOnceEach) {
  Keyspace shop("pages");
  shop.run("CREATE TABLE t (id int PRIMARY KEY, name text)");
  for (int begin = 0; begin < 1'234; begin += 100) {
    std::string batch = "BEGIN UNLOGGED BATCH ";
    for (int id = begin; id < std::min(begin + 100, 1'234); ++id) {
      batch += "INSERT INTO t (id, name) VALUES (" + std::to_string(id) + ", 'offer'); ";
    }
    shop.run(batch + "APPLY BATCH");
  }
  const auto distinct = [](const std::vector<std::string>& rows) { return std::set(rows.begin(), rows.end()).size(); };
  for (const auto* page : {"page=1", "page=100", "page=1234", "page=5000"}) {
    const auto rows = rows_of(*shop.source(page), {"SELECT id FROM t"});
    EXPECT_EQ(rows.size(), 1'234u) << page << " " << rows.front();
    EXPECT_EQ(distinct(rows), 1'234u) << page;
  }
  const auto source = shop.source("page=100");
  EXPECT_EQ(rows_of(*source, {"SELECT id FROM t", 1'234}).size(), 1'234u);
  EXPECT_THAT(rows_of(*source, {"SELECT id FROM t", 1'233}), ElementsAre(HasSubstr("more than 1233 rows")));
  EXPECT_THAT(rows_of(*source, {"SELECT id FROM t", 5'000, 3'000}), ElementsAre(HasSubstr("more than 3000 bytes")));
}

TEST(CassandraServerPages, EndWithThePageThatIsThereWhenTheProgramEnds) {
  Keyspace shop("stopped");
  shop.run("CREATE TABLE t (id int PRIMARY KEY)");
  for (int id = 0; id < 3; ++id) shop.run("INSERT INTO t (id) VALUES (" + std::to_string(id) + ")");
  const auto source = shop.source("page=2");
  const auto rows = source->select({"SELECT id FROM t"});
  ASSERT_TRUE(rows) << rows.error().message;
  source->stop();
  EXPECT_TRUE((*rows)->next());
  EXPECT_TRUE((*rows)->next());
  EXPECT_EQ((*rows)->next().error().message, "the program ends");
  EXPECT_FALSE(source->select({"SELECT id FROM t"}));
}

TEST(CassandraServerRefusals, NameTheHostTheErrorAndWhatTheServerSays) {
  Keyspace shop("refusals");
  const auto source = shop.source();
  const auto host = tests::shared_cassandra_server().host();
  const auto told = [&](const std::string& query) { return rows_of(*source, {query}).at(0); };
  EXPECT_THAT(told("SELECT * FROM nowhere"),
              testing::StartsWith("Cassandra at " + host + ": Invalid (0x2200): table nowhere does not exist"));
  EXPECT_THAT(told("SELECT * FROM no_keyspace.t"), HasSubstr("keyspace no_keyspace does not exist"));
  EXPECT_THAT(told("SELECT FROM WHERE"), HasSubstr("Syntax_error (0x2000): line 1:"));
  EXPECT_EQ(source->select({"SELECT * FROM nowhere"}).error().kind, base::ErrorKind::invalid);
  EXPECT_THAT(told("DROP KEYSPACE refusals"), HasSubstr("one SELECT statement"));
  EXPECT_THAT(rows_of(*source_at(tests::shared_cassandra_server().address_of("refusals_not")), {"SELECT * FROM t"}),
              ElementsAre(HasSubstr("'refusals_not' does not exist")));
}

TEST(CassandraServerRefusals, TwoColumnsOfOneNameAreRefused) {
  Keyspace shop("one_name");
  shop.run("CREATE TABLE t (id int PRIMARY KEY, name text)");
  EXPECT_THAT(rows_of(*shop.source(), {"SELECT id, name AS id FROM t"}),
              ElementsAre(HasSubstr("two columns are named 'id'")));
  EXPECT_THAT(rows_of(*shop.source(), {"SELECT id FROM t WHERE id = ?"}), ElementsAre(HasSubstr("0 question marks")));
}

TEST(CassandraServerLogin, AWrongPasswordIsToldWithoutNamingIt) {
  const auto& server = tests::shared_cassandra_server();
  const auto said =
      rows_of(*source_at("cassandra://cassandra:s3cret@" + server.host()), {"SELECT * FROM system.local"}).at(0);
  EXPECT_THAT(said, HasSubstr("refuses this user and password (Bad_credentials, 0x0100)"));
  EXPECT_THAT(said, Not(HasSubstr("s3cret")));
  EXPECT_THAT(rows_of(*source_at("cassandra://" + server.host()), {"SELECT * FROM system.local"}),
              ElementsAre(HasSubstr("asks for a user and a password")));
}

TEST(CassandraServerLogin, UserAndPasswordMayComeApartFromTheAddress) {
  const auto& server = tests::shared_cassandra_server();
  auto source = adapters::CassandraSource::make({"cassandra://" + server.host(), "cassandra", "cassandra"});
  ASSERT_TRUE(source);
  EXPECT_THAT(rows_of(**source, {"SELECT cluster_name FROM system.local"}), ElementsAre(R"({"cluster_name":"tests"})"));
}

TEST(CassandraServerTls, ACertificateMustBeSignedByOneThatIsTrustedAndBearTheName) {
  const auto& server = tests::shared_cassandra_server();
  const std::string query = "SELECT cluster_name FROM system.local";
  const auto trusting = server.address_of("", "tls=true&ca=" + server.certificate());
  EXPECT_THAT(rows_of(*source_at(trusting), {query}), ElementsAre(R"({"cluster_name":"tests"})"));
  EXPECT_THAT(rows_of(*source_at(server.address_of("", "tls=true")), {query}),
              ElementsAre(HasSubstr("agreeing on TLS")));
  const auto port = server.host().substr(server.host().rfind(':'));
  const auto by_name = "cassandras://cassandra:cassandra@localhost" + port + "/?ca=" + server.certificate();
  EXPECT_THAT(rows_of(*source_at(by_name), {query}), ElementsAre(HasSubstr("agreeing on TLS")));
}

TEST(CassandraServerLookup, FindsARowByItsKeyInTheTypeOfTheColumn) {
  Keyspace shop("lookups");
  shop.run("CREATE TABLE by_name (name text PRIMARY KEY, segment text)");
  shop.run("INSERT INTO by_name (name, segment) VALUES ('ann', 'gold')");
  shop.run("CREATE TABLE \"ByNumber\" (\"Id\" int PRIMARY KEY, segment text)");
  shop.run("INSERT INTO \"ByNumber\" (\"Id\", segment) VALUES (7, 'silver')");
  const auto source = shop.source();
  const auto found = [&](const std::string& table, const std::string& column, const boost::json::value& value) {
    const auto row = source->find_row({shop.name(), table, column}, value);
    if (!row) return row.error().message;
    return *row ? document::json_text(**row) : std::string("nothing");
  };
  EXPECT_EQ(found("by_name", "name", "ann"), R"({"name":"ann","segment":"gold"})");
  EXPECT_EQ(found("by_name", "name", "bob"), "nothing");
  EXPECT_EQ(found("by_name", "name", 5), "nothing");
  EXPECT_EQ(found("ByNumber", "Id", 7), R"({"Id":7,"segment":"silver"})");
  EXPECT_EQ(found("ByNumber", "Id", 7.0), R"({"Id":7,"segment":"silver"})");
  EXPECT_EQ(found("ByNumber", "Id", "7"), "nothing");
  EXPECT_THAT(found("by_name", "segment", "gold"), HasSubstr("ALLOW FILTERING"));
}

TEST(CassandraServerLoss, AQueryThatTheNodeHasForgottenIsPreparedAnew) {
  Keyspace shop("forgotten");
  shop.run("CREATE TABLE t (id int PRIMARY KEY)");
  shop.run("INSERT INTO t (id) VALUES (1)");
  const auto source = shop.source();
  EXPECT_THAT(rows_of(*source, {"SELECT * FROM t"}), ElementsAre(R"({"id":1})"));
  shop.run("ALTER TABLE t ADD name text");  // which drops what was prepared
  EXPECT_THAT(rows_of(*source, {"SELECT * FROM t"}), ElementsAre(R"({"id":1,"name":null})"));
  EXPECT_THAT(rows_of(*source, {"SELECT * FROM t"}), ElementsAre(R"({"id":1,"name":null})"));
}

// Answers the first connection with a text, and closes it.
class OtherServer {
 public:
  explicit OtherServer(std::string answer) : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, text = std::move(answer)] {
      const int connection = accept(listener_, nullptr, nullptr);
      char request[64];
      EXPECT_GT(recv(connection, request, sizeof request, 0), 0);
      EXPECT_EQ(send(connection, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
      close(connection);
    });
  }
  ~OtherServer() {
    thread_.join();
    close(listener_);
  }
  std::string address() const { return "cassandra://127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_;
  int port_ = 0;
  std::thread thread_;
};

std::string said_by(const std::string& answer) {
  const OtherServer other(answer);
  return rows_of(*source_at(other.address()), {"SELECT * FROM t"}).at(0);
}

TEST(CassandraServerLoss, WhatSpeaksSomethingElseIsToldAsThat) {
  EXPECT_THAT(said_by("HTTP/1.1 400 Bad Request\r\n\r\n"), HasSubstr("does not speak Cassandra's native protocol"));
  EXPECT_THAT(said_by(""), HasSubstr("reading: the server closed the connection"));
  EXPECT_THAT(said_by(std::string("\x84\0\0\1\x06\0\0\0\x09half", 13)), HasSubstr("the server closed the connection"));
  EXPECT_THAT(said_by(std::string("\x84\0\0\2\x06\0\0\0\0", 9)), HasSubstr("answers another request"));
  EXPECT_THAT(said_by(std::string("\x84\0\0\1\x02\0\0\0\0", 9)), HasSubstr("answers 0x02 where 0x06 was expected"));
}

TEST(CassandraServerLoss, AQueryAfterARestartReconnectsAndPreparesAnew) {
  auto& server = tests::shared_cassandra_server();
  Keyspace shop("restart");
  const std::string query = "SELECT id FROM t";
  shop.run("CREATE TABLE t (id int PRIMARY KEY)");
  shop.run("INSERT INTO t (id) VALUES (1)");
  const auto idle = shop.source();
  const auto asking = shop.source();
  for (const auto& source : {&idle, &asking}) EXPECT_THAT(rows_of(**source, {query}), ElementsAre(R"({"id":1})"));
  server.stop();
  EXPECT_THAT(rows_of(*asking, {query}), ElementsAre(HasSubstr("connecting: ")));
  server.start();
  for (const auto& source : {&idle, &asking}) EXPECT_THAT(rows_of(**source, {query}), ElementsAre(R"({"id":1})"));
}

TEST(CassandraServerLoss, ANodeThatIsSilentIsGivenUpInTime) {
  auto& server = tests::shared_cassandra_server();
  const std::string query = "SELECT cluster_name FROM system.local";
  const auto patient = source_at(server.address_of(""));
  const auto connected = source_at(server.address_of("", "read_timeout_ms=1000"));
  const auto impatient = source_at(server.address_of("", "connect_timeout_ms=300"));
  EXPECT_THAT(rows_of(*patient, {query}), ElementsAre(R"({"cluster_name":"tests"})"));
  for (int tries = 0; tries < 30 && !connected->select({query}); ++tries) {  // under load
  }
  const auto paging = source_at(server.address_of("system_schema", "read_timeout_ms=1000&page=1"));
  auto half_read = paging->select({"SELECT table_name FROM tables"});
  for (int tries = 0; tries < 30 && !half_read; ++tries) half_read = paging->select({"SELECT table_name FROM tables"});
  ASSERT_TRUE(half_read) << half_read.error().message;
  server.pause();
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(connected->select({query}).error().kind, base::ErrorKind::timed_out);
  EXPECT_EQ(impatient->select({query}).error().kind, base::ErrorKind::timed_out) << "start-up has its deadline, too";
  EXPECT_EQ(patient->select({query, 10, 1000, std::chrono::milliseconds{300}}).error().kind, base::ErrorKind::timed_out)
      << "and so has the whole query";
  EXPECT_TRUE((*half_read)->next()) << "this row is there";
  EXPECT_EQ((*half_read)->next().error().kind, base::ErrorKind::timed_out) << "and rows do not just end";
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{10});
  server.resume();
  EXPECT_THAT(rows_of(*patient, {query}), ElementsAre(R"({"cluster_name":"tests"})"));
}

}  // namespace
}  // namespace proffer
