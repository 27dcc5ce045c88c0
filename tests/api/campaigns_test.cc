// Native management: campaigns, offers, options, imports, and the log as it is read.
#include <gmock/gmock.h>

#include "api/server.h"

namespace proffer::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Headers as_json{{"content-type", "application/json"}};

class Campaigns : public testing::Test {
 protected:
  Answer put(std::string_view body = R"({"randomisation": {"approach": "binaryThompson"}})",
             const Headers& headers = {}) {
    return server.call("PUT", "/api/v1/campaigns/spring", std::string(body), headers);
  }
  Answer put_offers(std::string_view body, const std::string& type = "application/json") {
    return server.call("PUT", "/api/v1/campaigns/spring/offers", std::string(body), {{"content-type", type}});
  }
  std::vector<std::string> offers() {
    std::vector<std::string> names;
    const auto options = server.get("/api/v1/campaigns/spring/options").body_json();
    for (const auto& option : options.as_array()) names.emplace_back(option.at("optionKey").as_string());
    return names;
  }

  Stores stores;
  Server server{stores};
};

TEST_F(Campaigns, TheSmallestOneWorks) {
  EXPECT_EQ(put().status, 201);
  EXPECT_EQ(put_offers(R"([{"offer": "a"}, {"offer": "b", "price": 2.5}])").status, 200);
  const auto shown = server.get("/api/v1/campaigns/spring").object();
  EXPECT_EQ(shown.at("name"), json::value("spring"));
  EXPECT_EQ(shown.at("version"), json::value(2));
  EXPECT_EQ(shown.at("randomisation").at("processing_window"), json::value(86400000));
  EXPECT_EQ(shown.at("randomisation").at("fail_reward"), json::value(0.1));
  EXPECT_EQ(shown.at("date_updated"), json::value("2024-12-20T13:04:43.000774Z"));
  const auto answer = server.post("/invocations", R"({"numberoffers":2})");
  EXPECT_EQ(answer.object().at("final_result").as_array().size(), 2U);
  EXPECT_THAT(answer.body, HasSubstr(R"("price":2.5,"offer_value":2.5,)"));
}

TEST_F(Campaigns, CarryETagsThatChangesHonour) {
  const auto created = put("{}", {{"if-none-match", "*"}});
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(put("{}", {{"if-none-match", "*"}}).status, 412);
  const auto first = created.header("ETag");
  EXPECT_EQ(server.get("/api/v1/campaigns/spring").header("ETag"), first);
  const auto replaced = put("{}", {{"if-match", first}});
  EXPECT_EQ(replaced.status, 200);
  EXPECT_NE(replaced.header("ETag"), first);
  EXPECT_EQ(put("{}", {{"if-match", first}}).status, 412);
  EXPECT_EQ(server.call("DELETE", "/api/v1/campaigns/spring", "", {{"if-match", first}}).status, 412);
  EXPECT_EQ(server
                .call("PUT", "/api/v1/campaigns/spring/offers", "[]",
                      {{"content-type", "application/json"}, {"if-match", first}})
                .status,
            412);
  EXPECT_EQ(server.call("DELETE", "/api/v1/campaigns/spring", "", {{"if-match", replaced.header("ETag")}}).status, 204);
  EXPECT_EQ(server.get("/api/v1/campaigns/spring").status, 404);
}

TEST_F(Campaigns, WhatGetShowsCanBePutBack) {
  put(R"({"description":"d","deployment_epsilon":0.25})");
  const auto shown = server.get("/api/v1/campaigns/spring");
  const auto again = put(shown.body);
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(again.object().at("deployment_epsilon"), json::value(0.25));
}

TEST_F(Campaigns, AreListedByName) {
  put();
  server.world.campaign("autumn", {"a"});
  const auto list = server.get("/api/v1/campaigns").body_json().as_array();
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].at("name"), json::value("autumn"));
}

TEST_F(Campaigns, TakeOffersInThreeTypes) {
  put();
  for (const auto& [type, body] : std::initializer_list<std::pair<const char*, const char*>>{
           {"application/json", R"([{"offer":"a","price":2.5},{"offer":"007"}])"},
           {"application/x-ndjson", "{\"offer\":\"a\",\"price\":2.5}\n{\"offer\":\"007\"}\n"},
           {"text/csv", "offer,price\na,2.5\n007,\n"},
           {"text/csv; charset=utf-8", "offer,price\r\n\"a\",2.5\r\n007,\r\n"}}) {
    const auto answer = put_offers(body, type);
    ASSERT_EQ(answer.status, 200) << type << answer.body;
    EXPECT_THAT(offers(), ElementsAre("a", "007")) << type;
    EXPECT_EQ(server.get("/api/v1/campaigns/spring/options").body_json().at(0).at("price"), json::value(2.5));
  }
}

TEST_F(Campaigns, PutReplacesOffersAndPostAddsThem) {
  put();
  put_offers(R"([{"offer":"a"},{"offer":"b"}])");
  const auto added = server.post("/api/v1/campaigns/spring/offers", R"([{"offer":"c"}])", as_json);
  EXPECT_EQ(added.body, R"({"campaign":"spring","version":3,"offers":3,"options":3})");
  EXPECT_THAT(offers(), ElementsAre("a", "b", "c"));
  put_offers(R"([{"offer":"c"}])");
  EXPECT_THAT(offers(), ElementsAre("c"));
}

TEST_F(Campaigns, OptionsArePaged) {
  put();
  put_offers(R"([{"offer":"a"},{"offer":"b"},{"offer":"c"}])");
  const auto page = server.get("/api/v1/campaigns/spring/options?limit=2").body_json().as_array();
  ASSERT_EQ(page.size(), 2U);
  const auto next =
      server.get("/api/v1/campaigns/spring/options?limit=2&after=" + json::serialize(page[1].at("option_id")))
          .body_json();
  ASSERT_EQ(next.as_array().size(), 1U);
  EXPECT_EQ(next.at(0).at("optionKey"), json::value("c"));
}

TEST_F(Campaigns, AddingOffersTwiceWithOneKeyAddsThemOnce) {
  put();
  const Headers key{{"content-type", "application/json"}, {"idempotency-key", "k"}};
  const auto first = server.post("/api/v1/campaigns/spring/offers", R"([{"offer":"a"}])", key);
  put_offers(R"([{"offer":"b"},{"offer":"c"}])");
  const auto second = server.post("/api/v1/campaigns/spring/offers", R"([{"offer":"a"}])", key);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("Idempotent-Replayed"), "true");
  EXPECT_THAT(offers(), ElementsAre("b", "c"));
  EXPECT_EQ(server.post("/api/v1/campaigns/spring/offers", R"([{"offer":"d"}])", key).status, 422);
}

TEST_F(Campaigns, ImportingTwiceWithOneKeyImportsOnceAndAnswersTheSame) {
  put();
  put_offers(R"([{"offer":"a"}])");
  const Headers key{{"content-type", "text/csv"}, {"idempotency-key", "k"}};
  const std::string rows = "offer,datetime,accepted\na,2024-12-20 10:00:00,1\na,2024-12-20 11:00:00,0\n";
  const auto first = server.post("/api/v1/campaigns/spring/decisions", rows, key);
  ASSERT_EQ(first.body, R"({"decisions":2,"outcomes":1})");
  const auto position = stores.log.committed();
  Server restarted(stores);
  const auto second = restarted.post("/api/v1/campaigns/spring/decisions", rows, key);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("Idempotent-Replayed"), "true");
  EXPECT_EQ(stores.log.committed(), position);
  const auto other = restarted.post("/api/v1/campaigns/spring/decisions", rows + "a,2024-12-20 12:00:00,0\n", key);
  EXPECT_EQ(other.status, 422);
}

TEST_F(Campaigns, TheLogIsListedNewestFirstInPages) {
  put();
  put_offers(R"([{"offer":"a"}])");
  std::vector<std::string> uuids;
  for (int i = 0; i < 5; ++i) {
    const auto answer =
        server.post("/invocations", R"({"customer":")" + std::string(i % 2 == 0 ? "even" : "odd") + "\"}");
    uuids.emplace_back(answer.object().at("uuid").as_string());
    stores.clock.advance(std::chrono::seconds(10));
  }
  const auto uuids_of = [&](const std::string& query) {
    std::vector<std::string> out;
    const auto answer = server.get("/api/v1/decisions?" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    const auto object = answer.object();
    for (const auto& row : object.at("decisions").as_array()) out.emplace_back(row.at("uuid").as_string());
    return out;
  };
  EXPECT_THAT(uuids_of("limit=10"), ElementsAre(uuids[4], uuids[3], uuids[2], uuids[1], uuids[0]));
  EXPECT_THAT(uuids_of("customer=odd"), ElementsAre(uuids[3], uuids[1]));
  EXPECT_THAT(uuids_of("campaign=spring&from=2024-12-20T13:05:00Z&to=2024-12-20T13:05:20Z"),
              ElementsAre(uuids[3], uuids[2]));
  const auto first = server.get("/api/v1/decisions?limit=2").object();
  const auto next = json::serialize(first.at("next"));
  EXPECT_THAT(uuids_of("limit=2&after=" + next), ElementsAre(uuids[2], uuids[1]));
  EXPECT_TRUE(
      server.get("/api/v1/decisions?limit=5").object().at("next").is_null() ||
      uuids_of("after=" + json::serialize(server.get("/api/v1/decisions?limit=5").object().at("next"))).empty());
}

TEST_F(Campaigns, ADecisionIsShownWholeAndReplayed) {
  put();
  put_offers(R"([{"offer":"a"},{"offer":"b"}])");
  const auto made = server.post("/invocations", R"({"numberoffers":2})");
  const auto uuid = std::string(made.object().at("uuid").as_string());
  server.post("/response", R"({"uuid":")" + uuid + R"(","offers_accepted":["b"]})");
  const auto shown = server.get("/api/v1/decisions/" + uuid);
  ASSERT_EQ(shown.status, 200) << shown.body;
  for (const auto* view : {"contacts", "responses", "flatten"}) {
    const auto answer = server.get("/api/v1/decisions?view=" + std::string(view));
    EXPECT_EQ(answer.object().at("decisions").as_array().size(), view == std::string("flatten") ? 2U : 1U)
        << answer.body;
  }
  EXPECT_THAT(shown.body, HasSubstr(R"("accepted":1)"));
  const auto replay = server.get("/api/v1/decisions/" + uuid + "/replay").object();
  EXPECT_EQ(replay.at("reproduced"), json::value(true));
  EXPECT_EQ(replay.at("recorded"), replay.at("replayed"));
  EXPECT_TRUE(replay.at("differences").as_array().empty());
}

TEST_F(Campaigns, ADeletedOnesDecisionsAreStillShownAndReplayed) {
  put();
  put_offers(R"([{"offer":"a"}])");
  const auto uuid = std::string(server.post("/invocations", "{}").object().at("uuid").as_string());
  ASSERT_EQ(server.call("DELETE", "/api/v1/campaigns/spring").status, 204);
  EXPECT_EQ(server.get("/api/v1/decisions/" + uuid).status, 200);
  EXPECT_EQ(server.get("/api/v1/decisions/" + uuid + "/replay").object().at("reproduced"), json::value(true));
}

}  // namespace
}  // namespace proffer::tests
