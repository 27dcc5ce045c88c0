// What reads Cassandra, over a real node: the refresh of a campaign's options, a decision's look-up, the import.
#include <gmock/gmock.h>

#include <sstream>

#include "api/server.h"
#include "app/commands.h"
#include "support.h"
#include "temporary_directory.h"

namespace proffer {
namespace {

using testing::HasSubstr;
using tests::Keyspace;

// A server whose own routes are what its outgoing calls reach.
struct Node {
  explicit Node(const Keyspace& shop) : source(shop.source()) {
    stores.tables = source.get();
    server = std::make_unique<tests::Server>(stores);
    stores.outgoing.answer = [this](const service::OutgoingRequest& request) -> base::Result<service::OutgoingAnswer> {
      const auto answer = server->call(request.method, request.url.substr(request.url.find("/api")), request.body);
      return service::OutgoingAnswer{answer.status, answer.content_type, answer.body};
    };
  }

  std::set<std::string> offers() const {
    std::set<std::string> out;
    for (const auto& offer : server->world.campaigns.find("default", "spring")->current()->campaign.offers) {
      out.insert(offer.name);
    }
    return out;
  }

  std::unique_ptr<adapters::CassandraSource> source;
  tests::Stores stores;
  std::unique_ptr<tests::Server> server;
};

const std::string set_up = R"(, "mongo_offer_database": "shop", "mongo_offer_collection": "offers",
  "mongo_setup_database": "shop", "mongo_setup_collection": "set_up", "contextual_variable_one_name": "",
  "contextual_variable_one_values": "", "contextual_variable_two_name": "", "contextual_variable_two_values": "",
  "offer_name_column": "name"})";

TEST(CassandraOffers, BecomeTheOptionsOfACampaign) {
  Keyspace shop("offers_to_options");
  shop.run("CREATE TABLE offers (name text PRIMARY KEY, price decimal, live boolean)");
  for (const auto* name : {"a", "b", "c"}) {
    shop.run(std::string("INSERT INTO offers (name, price, live) VALUES ('") + name + "', 9.95, true)");
  }
  Node node(shop);
  ASSERT_EQ(node.server->call("PUT", "/api/v1/campaigns/spring", "{}").status, 201);
  ASSERT_EQ(node.server->call("PUT", "/api/v1/campaigns/spring/offers", R"([{"offer": "old"}])").status, 200);
  const auto refresh = [&](const std::string& query) {
    return node.server->post("/refreshWithOptions", R"({"url": "http://127.0.0.1:1/api", "token": "t",
        "cassandra_offer_query": ")" + query + "\"" + set_up);
  };
  const auto answer = refresh("SELECT name, price FROM offers WHERE live = true ALLOW FILTERING;");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.object().at("offer_rows"), 3);
  EXPECT_EQ(node.offers(), (std::set<std::string>{"a", "b", "c"}));
  const auto made = node.server->post("/invocations", R"({"campaign": "spring", "customer": "1", "numberoffers": 9})");
  EXPECT_EQ(made.object().at("final_result").as_array().size(), 3u) << made.body;

  for (const auto* wrong :
       {"SELECT name FROM nowhere", "SELECT FROM", "TRUNCATE offers", "SELECT name FROM offers WHERE name = 'none'"}) {
    const auto refused = refresh(wrong);
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_EQ(refused.locations(), "body.cassandra_offer_query");
    EXPECT_EQ(node.offers(), (std::set<std::string>{"a", "b", "c"}));
  }
}

TEST(CassandraOffers, AreNotLostWhenTheNodeIsSilent) {
  Keyspace shop("offers_silent");
  shop.run("CREATE TABLE offers (name text PRIMARY KEY)");
  Node node(shop);
  node.source = shop.source("read_timeout_ms=300&connect_timeout_ms=300");
  node.stores.tables = node.source.get();
  tests::Server server(node.stores);
  ASSERT_EQ(server.call("PUT", "/api/v1/campaigns/spring", "{}").status, 201);
  tests::shared_cassandra_server().pause();
  const auto answer = server.post("/refreshWithOptions", R"({"url": "http://127.0.0.1:1/api", "token": "t",
      "cassandra_offer_query": "SELECT name FROM offers")" + set_up);
  tests::shared_cassandra_server().resume();
  EXPECT_EQ(answer.status, 504) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr("step offers failed: Cassandra at 127.0.0.1:"));
}

TEST(CassandraLookup, FillsTheFeaturesOfADecision) {
  Keyspace shop("decision_lookup");
  shop.run("CREATE TABLE people (id bigint PRIMARY KEY, region text)");
  shop.run("INSERT INTO people (id, region) VALUES (123, 'EU')");
  Node node(shop);
  const auto put =
      node.server->call("PUT", "/api/v1/campaigns/spring",
                        R"({"contextual_variables": {"contextual_variable_one_name": "region"}, "lookups": [{
      "database": "cassandra", "db": "decision_lookup", "table": "people", "lookup": {"key": "id", "value": 1}}]})");
  ASSERT_EQ(put.status, 201) << put.body;
  ASSERT_EQ(node.server
                ->call("PUT", "/api/v1/campaigns/spring/offers",
                       R"([{"offer": "a", "region": "EU"}, {"offer": "b", "region": "US"}])")
                .status,
            200);
  const auto made =
      node.server->post("/invocations", R"({"campaign": "spring", "customer": "123", "numberoffers": 9})");
  ASSERT_EQ(made.status, 200) << made.body;
  const auto answer = made.object();
  const auto& result = answer.at("final_result").as_array();
  ASSERT_EQ(result.size(), 1u) << made.body;
  EXPECT_EQ(result[0].at("result").at("offer"), "a") << made.body;
}

class CassandraImport : public testing::Test {
 protected:
  // What `proffer import` prints, and its exit status.
  std::pair<int, std::string> import(app::CommandInput input) {
    app::Options options;
    options.data = directory.path();
    auto caller = app::Caller::open(options);
    EXPECT_TRUE(caller) << caller.error().message;
    std::ostringstream out, err;
    input.quiet = true;
    const int status = app::Commands(**caller, out, err).import_rows(input);
    return {status, out.str() + err.str()};
  }

  std::vector<std::string> documents(const std::string& collection) {
    app::Options options;
    options.data = directory.path();
    const auto caller = app::Caller::open(options);
    const auto answer =
        (*caller)->send({"POST", "/api/v1/collections/shop/" + collection + "/find", R"({"limit": 1000})"});
    std::vector<std::string> out;
    const auto found = document::parse_json(answer->body).value();
    for (const auto& one : found.at("documents").as_array()) out.push_back(document::json_text(one));
    return out;
  }

  tests::TemporaryDirectory directory;
};

TEST_F(CassandraImport, PutsTheRowsOfATableOrAQueryIntoACollection) {
  Keyspace shop("import_table");
  shop.run("CREATE TABLE offers (name text PRIMARY KEY, price decimal, since timestamp, tags set<text>)");
  shop.run(
      "INSERT INTO offers (name, price, since, tags) VALUES ('a', 9.95, '2024-12-20T13:04:43.123Z', {'new', 'big'})");
  shop.run("INSERT INTO offers (name, price) VALUES ('b', 1)");
  app::CommandInput input;
  input.collection = "shop.offers";
  input.file = shop.address();
  input.table = "import_table.offers";
  input.id_column = "name";
  const auto [status, said] = import(input);
  ASSERT_EQ(status, 0) << said;
  EXPECT_THAT(said, HasSubstr("\"inserted\":2"));
  EXPECT_THAT(documents("offers"),
              testing::ElementsAre(
                  R"({"_id":"a","name":"a","price":9.95,"since":{"$date":1734699883123},"tags":["big","new"]})",
                  R"({"_id":"b","name":"b","price":1,"since":null,"tags":null})"));
  input.table.clear();
  input.query = "SELECT name AS offer FROM offers WHERE name = 'b'";
  input.collection = "shop.few";
  input.id_column.clear();
  ASSERT_EQ(import(input).first, 0);
  ASSERT_EQ(documents("few").size(), 1u);
  EXPECT_THAT(documents("few")[0], HasSubstr(R"("offer":"b")"));
}

TEST_F(CassandraImport, SaysInOneLineWhatIsWrong) {
  Keyspace shop("import_wrong");
  app::CommandInput input;
  input.collection = "shop.offers";
  input.file = shop.address();
  const auto said = [&] {
    const auto [status, text] = import(input);
    EXPECT_EQ(status, 1) << text;
    return text;
  };
  EXPECT_THAT(said(), HasSubstr("expected --table [KEYSPACE.]NAME or --query"));
  input.table = "offers";
  EXPECT_THAT(said(), HasSubstr("table offers does not exist"));
  input.file = "cassandra://127.0.0.1:1";
  EXPECT_THAT(said(), HasSubstr("Cassandra at 127.0.0.1:1: connecting: "));
  EXPECT_TRUE(documents("offers").empty());
}

}  // namespace
}  // namespace proffer
