// Every kind of bad input: its status, what it names, and that nothing has changed.
#include <gmock/gmock.h>

#include "api/server.h"
#include "base/limits.h"

namespace proffer::tests {
namespace {

using testing::HasSubstr;

class BadInput : public testing::Test {
 protected:
  BadInput() {
    server.world.campaign("spring", {"a", "b"});
    made = server.world.decided("spring");
    position = stores.log.committed();
    documents = picture();
  }
  void TearDown() override {
    EXPECT_EQ(stores.log.committed(), position);
    EXPECT_EQ(picture(), documents);
  }

  // Every document of every collection.
  std::vector<store::Document> picture() {
    std::vector<store::Document> all;
    const auto names = stores.documents.collections().value();
    for (const auto& collection : names) {
      const auto found = stores.documents.scan(collection, {}, {}).value();
      all.insert(all.end(), found.begin(), found.end());
    }
    return all;
  }

  void expect(const Answer& answer, int status, bool original) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.content_type, "application/problem+json");
    const auto body = answer.object();
    EXPECT_EQ(body.at("status"), json::value(status));
    EXPECT_FALSE(body.at("detail").as_string().empty());
    EXPECT_EQ(body.contains("ErrorMessage"), original);
    EXPECT_EQ(body.contains("error"), original);
    if (!original) return;
    EXPECT_EQ(body.at("ErrorMessage"), body.at("detail"));
    EXPECT_EQ(body.at("error"), json::value(1));
  }

  Stores stores;
  Server server{stores};
  std::optional<service::Decided> made;
  store::LogPosition position = 0;
  std::vector<store::Document> documents;
};

const std::string too_deep =
    std::string(base::limits::json_depth + 1, '[') + std::string(base::limits::json_depth + 1, ']');

TEST_F(BadInput, WhatIsNotJsonIs400) {
  for (const std::string& body :
       {std::string(), std::string("  "), std::string("{"), std::string("{} x"), std::string("{'a':1}"),
        std::string(R"({"customer": NaN})"), std::string("{\"customer\": \"\xff\"}"),
        std::string("{\"customer\": \"\xed\xa0\x80\"}"), R"({"params":)" + too_deep + "}",
        std::string(R"({"customer":1,"customer":2})"), std::string("{\"customer\":1e999}")}) {
    for (const auto* path : {"/invocations", "/invocate", "/response", "/responseResult"})
      expect(server.post(path, body), 400, true);
    expect(server.call("PUT", "/api/v1/campaigns/new", body), 400, false);
    expect(server.post("/api/v1/keys", body), 400, false);
  }
}

TEST_F(BadInput, WhatIsNoObjectIs422) {
  for (const auto* body : {"[]", "1", "\"x\"", "null", "true"}) {
    for (const auto* path : {"/invocations", "/response"}) expect(server.post(path, body), 422, true);
    expect(server.call("PUT", "/api/v1/campaigns/new", body), 422, false);
  }
}

TEST_F(BadInput, AnInvocationNamesEverythingThatIsWrongWithIt) {
  const auto answer =
      server.post("/invocations", R"({"campaign":{}, "subcampaign":[], "channel":{}, "customer":[1], "userid":{},
      "numberoffers":"many", "dry_run":"perhaps", "params":"{", "in_params":7, "in_param":{"mab":{"epsilon":2},
      "eligible_offers":["a"], "contextual_variable_one":{}, "input":["x"], "value":[]}})");
  expect(answer, 422, true);
  for (const auto* location :
       {"body.campaign", "body.subcampaign", "body.channel", "body.customer", "body.userid", "body.numberoffers",
        "body.dry_run", "body.params", "body.in_params", "body.params.mab.epsilon", "body.params.eligible_offers",
        "body.params.contextual_variable_one", "body.params.value"}) {
    EXPECT_THAT(", " + answer.locations() + ",", HasSubstr(", " + std::string(location) + ","));
  }
}

TEST_F(BadInput, AnInvocationOutOfRangeIs422) {
  for (const auto& [member, location] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"("numberoffers":0)", "body.numberoffers"},
           {R"("numberoffers":-1)", "body.numberoffers"},
           {R"("numberoffers":1001)", "body.numberoffers"},
           {R"("numberoffers":1.5)", "body.numberoffers"},
           {R"("numberoffers":"")", "body.numberoffers"},
           {R"("numberoffers":true)", "body.numberoffers"},
           {R"("numberoffers":"99999999999999999999")", "body.numberoffers"},
           {R"("responses":0)", "body.responses"},
           {R"("params":"no json")", "body.params"},
           {R"("params":"[1]")", "body.params"},
           {R"("params":[1])", "body.params"},
           {R"("params":"%7B%22x%22")", "body.params"},
           {R"("params":{"mab":1})", "body.params.mab"},
           {R"("params":{"mab":{"epsilon":"x"}})", "body.params.mab.epsilon"},
           {R"("params":{"mab":{"epsilon":-0.1}})", "body.params.mab.epsilon"},
           {R"("params":{"eligible_offers":"a"})", "body.params.eligible_offers"},
           {R"("params":{"input":"x","value":[1]})", "body.params.input"},
           {R"("params":{"input":["x"],"value":1})", "body.params.value"},
           {R"("params":{"input":[1],"value":[1]})", "body.params.input"},
       }) {
    const auto answer = server.post("/invocations", R"({"campaign":"spring",)" + std::string(member) + "}");
    expect(answer, 422, true);
    ASSERT_EQ(answer.status, 422) << member;
    EXPECT_EQ(answer.locations(), location) << member;
  }
  const std::string long_text(1001, 'x');
  for (const auto* name : {"campaign", "subcampaign", "channel", "customer", "userid"}) {
    const auto answer = server.post("/invocations", "{\"" + std::string(name) + "\":\"" + long_text + "\"}");
    expect(answer, 422, true);
    EXPECT_EQ(answer.locations(), "body." + std::string(name));
  }
}

TEST_F(BadInput, AnUnknownCampaignIs404) {
  expect(server.post("/invocations", R"({"campaign":"winter"})"), 404, true);
  expect(server.get("/learning?campaign=winter"), 404, true);
  for (const auto* path :
       {"/api/v1/campaigns/winter", "/api/v1/campaigns/winter/options", "/api/v1/decisions?campaign=winter"}) {
    expect(server.get(path), 404, false);
  }
  expect(server.call("DELETE", "/api/v1/campaigns/winter"), 404, false);
  expect(server.call("PUT", "/api/v1/campaigns/winter/offers", "[]", {{"content-type", "application/json"}}), 404,
         false);
  expect(server.post("/api/v1/campaigns/winter/offers", "[]", {{"content-type", "application/json"}}), 404, false);
  expect(server.post("/api/v1/campaigns/winter/decisions", "[]", {{"content-type", "application/json"}}), 404, false);
}

TEST_F(BadInput, AMissingCampaignNameAmongSeveralIs422AndListsThem) {
  server.world.campaign("autumn", {"a"});
  position = stores.log.committed();
  documents = picture();
  const auto answer = server.post("/invocations", "{}");
  expect(answer, 422, true);
  EXPECT_EQ(answer.locations(), "body.campaign");
  EXPECT_THAT(answer.body, HasSubstr("autumn, spring"));
}

TEST_F(BadInput, AnUnknownUuidIs404InTheOriginalsWords) {
  const auto unknown = base::make_uuid(stores.clock.now(), 7).to_string();
  for (const auto& uuid : {unknown, std::string("dcb54a23-0737-4768-845d-48162598c0f7"), std::string("nonsense")}) {
    for (const auto* path : {"/response", "/responseResult"}) {
      const auto answer = server.post(path, R"({"uuid":")" + uuid + R"(","offers_accepted":["a"]})");
      expect(answer, 404, true);
      EXPECT_EQ(answer.object().at("ErrorMessage"), json::value("Error: UUID not found."));
    }
    expect(server.get("/api/v1/decisions/" + uuid), 404, false);
    expect(server.get("/api/v1/decisions/" + uuid + "/replay"), 404, false);
  }
}

TEST_F(BadInput, AResponseNamesEverythingThatIsWrongWithIt) {
  const auto uuid = made->record.uuid.to_string();
  for (const auto& [body, locations] : std::vector<std::pair<std::string, std::string>>{
           {"{}", "body.uuid, body.offers_accepted"},
           {R"({"uuid":[],"offers_accepted":[1,{"x":"y"},{"offer":2}],"channel":{}})",
            "body.uuid, body.channel, body.offers_accepted[0], body.offers_accepted[1], body.offers_accepted[2]"},
           {R"({"uuid":")" + uuid + R"(","offers_accepted":"a"})", "body.offers_accepted"},
           {R"({"uuid":")" + uuid + R"(","final_result":{}})", "body.final_result"},
           {R"({"uuid":")" + uuid + R"(","final_result":[{}]})", "body.final_result[0]"},
           {R"({"uuid":")" + uuid + R"(","offers_accepted":["x"]})", "body.offers_accepted[0]"},
       }) {
    const auto answer = server.post("/response", body);
    expect(answer, 422, true);
    if (answer.status != 422) continue;
    for (std::size_t at = 0, next = 0; next != std::string::npos; at = next + 2) {
      next = locations.find(", ", at);
      EXPECT_THAT(answer.locations(), HasSubstr(locations.substr(at, next - at))) << body;
    }
  }
}

TEST_F(BadInput, ACampaignNamesEverythingThatIsWrongWithIt) {
  const auto answer =
      server.call("PUT", "/api/v1/campaigns/spring", R"({"name":"other","surprise":1,"time_zone":"Nowhere",
      "deployment_epsilon":1.5,"randomisation":{"approach":"oracle","decay_gamma":0.5,"processing_count":-1,"epsilon":"x"}})");
  expect(answer, 422, false);
  for (const auto* location :
       {"body.name", "body.surprise", "body.time_zone", "body.deployment_epsilon", "body.randomisation.approach",
        "body.randomisation.decay_gamma", "body.randomisation.processing_count", "body.randomisation.epsilon"}) {
    EXPECT_THAT(answer.locations(), HasSubstr(location));
  }
  EXPECT_THAT(answer.body, HasSubstr("binaryThompson"));  // what is known
  expect(server.call("PUT", "/api/v1/campaigns/" + std::string(101, 'x'), "{}"), 422, false);
  expect(server.call("PUT", "/api/v1/campaigns/a%20b", "{}"), 422, false);
}

TEST_F(BadInput, OffersNameEverythingThatIsWrongWithThem) {
  const Headers type{{"content-type", "application/json"}};
  const auto answer =
      server.call("PUT", "/api/v1/campaigns/spring/offers",
                  R"([{"offer":"a"},{"offer":"a"},{"price":1},{"offer":"b","price":"x","alpha_zero":0}])", type);
  expect(answer, 422, false);
  EXPECT_EQ(answer.locations().find("body[0]"), std::string::npos);
  for (const auto* location : {"body[1]", "body[2].offer", "body[3].price", "body[3].alpha_zero"}) {
    EXPECT_THAT(answer.locations(), HasSubstr(location));
  }
  expect(server.call("PUT", "/api/v1/campaigns/spring/offers", "[{]", type), 400, false);
  expect(server.call("PUT", "/api/v1/campaigns/spring/offers", R"({"offer":"a"} {)",
                     {{"content-type", "application/x-ndjson"}}),
         400, false);
  expect(server.call("PUT", "/api/v1/campaigns/spring/offers", "<x/>", {{"content-type", "application/xml"}}), 415,
         false);
  expect(server.call("PUT", "/api/v1/campaigns/spring/offers", "[]",
                     {{"content-type", "application/json; charset=latin1"}}),
         415, false);
  expect(server.post("/api/v1/campaigns/spring/decisions", "<x/>", {{"content-type", "application/xml"}}), 415, false);
}

TEST_F(BadInput, QueriesNameEverythingThatIsWrongWithThem) {
  const auto answer = server.get("/api/v1/decisions?limit=0&from=yesterday&to=x&after=-1&colour=red");
  expect(answer, 422, false);
  for (const auto* location : {"query.limit", "query.from", "query.to", "query.after", "query.colour"}) {
    EXPECT_THAT(answer.locations(), HasSubstr(location));
  }
  expect(server.get("/api/v1/decisions?limit=1001"), 422, false);
  expect(server.get("/api/v1/decisions?view=all"), 422, false);
  expect(server.get("/api/v1/campaigns/spring/options?limit=0"), 422, false);
  expect(server.get("/api/v1/campaigns/spring/options?after=x"), 422, false);
  expect(server.get("/learning?name=spring"), 422, true);
}

TEST_F(BadInput, UnknownPathsAre404AndWrongMethods405WithAllow) {
  expect(server.get("/nothing"), 404, true);  // no route is known: both kinds of clients find what they read
  expect(server.get("/api/v1/campaigns/spring/nothing"), 404, true);
  for (const auto& [method, path, allow, original] :
       std::vector<std::tuple<std::string, std::string, std::string, bool>>{
           {"GET", "/invocations", "POST", true},
           {"PUT", "/response", "POST", true},
           {"POST", "/refresh", "GET", true},
           {"DELETE", "/learning", "GET, POST", true},
           {"PATCH", "/api/v1/campaigns/spring", "GET, PUT, DELETE", false},
           {"DELETE", "/api/v1/campaigns/spring/offers", "PUT, POST", false}}) {
    const auto answer = server.call(method, path);
    expect(answer, 405, original);
    EXPECT_EQ(answer.header("Allow"), allow) << path;
  }
}

TEST_F(BadInput, BodyLimitsAreThoseOfTheRoute) {
  server.services.settings.body_offers_bytes = 1000;
  server.services.settings.body_decision_bytes = 100;
  EXPECT_EQ(server.router.body_limit("POST", "/invocations"), 100U);
  EXPECT_EQ(server.router.body_limit("PUT", "/api/v1/campaigns/spring/offers"), 1000U);
  EXPECT_EQ(server.router.body_limit("POST", "/api/v1/campaigns/spring/decisions"), 1000U);
  EXPECT_EQ(server.router.body_limit("PUT", "/api/v1/campaigns/spring"), 100U);
  EXPECT_EQ(server.router.body_limit("GET", "/nothing"), 100U);
  const auto refused = server.router.refuse(413, "the body is too large", nullptr);
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(refused.content_type, "application/problem+json");
}

TEST_F(BadInput, AFailingLogIs503WithRetryAfter) {
  const auto uuid = made->record.uuid.to_string();
  stores.log_faults.fail_all();
  for (int i = 0; i < 2; ++i) {  // first the commit fails, then reservations are refused
    for (const auto& answer :
         {server.post("/invocations", R"({"campaign":"spring"})"),
          server.post("/response", R"({"uuid":")" + uuid + R"(","offers_accepted":[")" + offer_at(*made, 0) + "\"]}"),
          server.get("/learning")}) {
      expect(answer, 503, true);
      EXPECT_EQ(answer.header("Retry-After"), "1");
    }
  }
  stores.log_faults.fail_all(false);
  EXPECT_TRUE(server.world.learning.recover());
}

TEST_F(BadInput, AFailingStoreIs503WithRetryAfter) {
  stores.document_faults.fail_all();
  for (const auto& answer :
       {server.call("PUT", "/api/v1/campaigns/spring", "{}"), server.call("PUT", "/api/v1/campaigns/new", "{}"),
        server.call("PUT", "/api/v1/campaigns/spring/offers", "[]", {{"content-type", "application/json"}}),
        server.call("DELETE", "/api/v1/campaigns/spring"), server.post("/api/v1/keys", R"({"name":"x"})")}) {
    expect(answer, 503, false);
    EXPECT_EQ(answer.header("Retry-After"), "1");
  }
  stores.document_faults.fail_all(false);
}

TEST_F(BadInput, ACallerBeyondTheRateIs429WithRetryAfter) {
  api::Settings settings;
  settings.rate_limit = 2;
  Server limited(stores, {}, settings);
  EXPECT_EQ(limited.get("/campaigns").status, 200);
  EXPECT_EQ(limited.get("/campaigns").status, 200);
  const auto answer = limited.get("/campaigns");
  expect(answer, 429, true);
  EXPECT_EQ(answer.header("Retry-After"), "1");
  EXPECT_EQ(limited.call("GET", "/campaigns", "", {}, "127.0.0.2").status, 200);  // another caller
  stores.clock.advance(std::chrono::milliseconds(500));
  EXPECT_EQ(limited.get("/campaigns").status, 200);
  EXPECT_EQ(limited.get("/campaigns").status, 429);
  EXPECT_EQ(limited.get("/ping").status, 200);  // open routes are not counted
}

}  // namespace
}  // namespace proffer::tests
