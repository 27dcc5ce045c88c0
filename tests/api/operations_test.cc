// Health, learning, metrics and the API's description of itself.
#include <gmock/gmock.h>
#include <regex.h>

#include <set>

#include "api/server.h"
#include "document/schema_check.h"

namespace proffer::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Operations : public ::testing::Test {
 protected:
  static api::Settings settings() {
    api::Settings settings;
    settings.version = "1.2.3";
    settings.configuration = {{"listen", "127.0.0.1:8091"}};
    return settings;
  }

  Stores stores;
  Server server{stores, {}, settings()};
};

TEST_F(Operations, PingEchoes) {
  EXPECT_EQ(server.get("/ping?message=hello%20there").body, R"({"message":"hello there","status":"successful"})");
  EXPECT_EQ(server.get("/ping").body, R"({"message":"pong","status":"successful"})");
  EXPECT_EQ(server.get("/ping?message=").body, R"({"message":"pong","status":"successful"})");
}

TEST_F(Operations, InfoNamesTheProgram) {
  EXPECT_EQ(server.get("/info").body, R"({"build":{"name":"proffer","version":"1.2.3"}})");
}

TEST_F(Operations, HealthReadyAndConfig) {
  for (const auto* path : {"/health", "/ready"})
    EXPECT_EQ(server.get(path).body, R"({"status":"UP","version":"1.2.3"})");
  EXPECT_EQ(server.get("/config").body, R"({"listen":"127.0.0.1:8091"})");
}

TEST_F(Operations, HealthIsDownWhileTheLogTakesNoRecords) {
  server.world.campaign("spring", {"a"});
  stores.log_faults.fail_next(1);
  EXPECT_EQ(server.post("/invocations", "{}").status, 503);
  for (const auto* path : {"/health", "/ready"}) EXPECT_EQ(server.get(path).status, 503);
  ASSERT_TRUE(server.world.learning.recover());
  for (const auto* path : {"/health", "/ready"}) EXPECT_EQ(server.get(path).status, 200);
}

TEST_F(Operations, CampaignsAreListed) {
  EXPECT_EQ(server.get("/campaigns").body, "[]");
  const auto live = server.world.campaign("spring", {"a", "b"});
  EXPECT_EQ(server.get("/campaigns").body, R"([{"name":"spring","uuid":")" +
                                               live->current()->campaign.uuid.to_string() +
                                               R"(","version":2,"approach":"binaryThompson","offers":2,"options":2}])");
}

TEST_F(Operations, LearningRecomputesUnderBothMethods) {
  const auto live = server.world.campaign("spring", {"a"}, R"({"randomisation":{"processing_window":0}})");
  server.world.campaign("autumn", {"a"});
  server.world.decided("spring");
  const auto count = [&] {
    std::size_t records = 0;
    for (const auto& entry : server.world.entries())
      records += std::holds_alternative<decision::RecomputationRecord>(entry.record);
    return records;
  };
  EXPECT_EQ(server.get("/learning").body, R"({"message":"Success","campaigns":2})");
  EXPECT_EQ(count(), 2U);
  EXPECT_EQ(server.post("/learning", "").body, R"({"message":"Success","campaigns":2})");
  EXPECT_EQ(server.get("/learning?campaign=spring").body, R"({"message":"Success","campaigns":1})");
  EXPECT_EQ(count(), 5U);
  EXPECT_THAT(server.world.in_service(*live).contacts, ElementsAre(1));
}

TEST_F(Operations, RefreshAnswersWhenAllIsRebuilt) {
  World other(stores);
  other.campaign("spring", {"a"});
  EXPECT_EQ(server.get("/campaigns").body, "[]");
  const auto refreshed = server.get("/refresh");
  EXPECT_EQ(refreshed.status, 200);
  EXPECT_EQ(refreshed.object().at("message"), json::value("Success"));
  EXPECT_EQ(server.post("/invocations", "{}").status, 200);
  stores.log_faults.fail_all();
  const auto failed = server.get("/refresh");
  EXPECT_EQ(failed.status, 503);
  EXPECT_THAT(std::string(failed.object().at("ErrorMessage").as_string()), HasSubstr("disk is full"));
  stores.log_faults.fail_all(false);
  EXPECT_TRUE(server.world.learning.recover());
  EXPECT_EQ(server.post("/invocations", "{}").status, 200);  // on what was there
}

bool matches(const std::string& line, const char* pattern) { return tests::matches(line, pattern); }

TEST_F(Operations, MetricsAreOfThePrometheusTextFormat) {
  server.world.campaign("spring", {"a"});
  const auto made = server.world.decided("spring", 1);
  ASSERT_TRUE(server.world.responded(made.record.uuid, {"a"}));
  const auto answer = server.get("/metrics");
  EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
  std::istringstream lines(answer.body);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(matches(line, R"(^# (HELP|TYPE) [a-z_]+ .+$)") ||
                matches(line, R"(^[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [-+0-9.eInf]+$)"))
        << line;
  }
  EXPECT_THAT(answer.body, HasSubstr("proffer_decisions_total 1\n"));
  EXPECT_THAT(answer.body, HasSubstr("proffer_outcomes_total 1\n"));
  EXPECT_THAT(answer.body, HasSubstr("# TYPE proffer_decisions_total counter\n"));
}

// Every $ref within `value`.
void collect_references(const json::value& value, std::set<std::string>& references) {
  if (const auto* array = value.if_array()) {
    for (const auto& element : *array) collect_references(element, references);
  } else if (const auto* object = value.if_object()) {
    for (const auto& [name, member] : *object) {
      if (name == "$ref") references.insert(std::string(member.as_string()));
      collect_references(member, references);
    }
  }
}

TEST_F(Operations, TheOpenApiDocumentsHoldEveryDocumentedRouteAndResolve) {
  for (const auto& [path, version] : {std::pair{"/openapi.json", "3.1"}, std::pair{"/openapi-3.0.json", "3.0"}}) {
    const json::value document = server.get(path).body_json();
    EXPECT_TRUE(document.at("openapi").as_string().starts_with(version));
    EXPECT_EQ(document.at("info").at("version"), json::value("1.2.3"));
    for (const auto& route : api::routes()) {
      if (route.doc == nullptr) continue;
      std::string method(route.method);
      std::ranges::transform(method, method.begin(),
                             [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      const auto* found = document.at("paths").as_object().if_contains(route.pattern);
      ASSERT_NE(found, nullptr) << route.pattern;
      EXPECT_TRUE(found->as_object().contains(method)) << method << " " << route.pattern;
    }
    std::set<std::string> references;
    collect_references(document, references);
    EXPECT_FALSE(references.empty());
    for (const auto& reference : references) {
      ASSERT_TRUE(reference.starts_with("#/")) << reference;
      boost::system::error_code error;
      EXPECT_NE(document.find_pointer(reference.substr(1), error), nullptr) << reference;
    }
  }
}

TEST_F(Operations, EveryRouteButTheDescriptionsIsDocumented) {
  std::set<std::string> hidden;
  for (const auto& route : api::routes()) {
    if (route.doc == nullptr) hidden.insert(std::string(route.pattern));
  }
  EXPECT_THAT(hidden,
              ElementsAre("/api/v1/docs", "/api/v1/openapi-3.0.json", "/api/v1/openapi.json", "/api/v1/schemas/{file}",
                          "/docs", "/openapi-3.0.json", "/openapi.json", "/schemas/{file}"));
}

TEST_F(Operations, SchemasAreServedByName) {
  const json::value document = server.get("/openapi.json").body_json();
  for (const auto& member : document.at("components").at("schemas").as_object()) {
    const auto answer = server.get("/schemas/" + std::string(member.key()) + ".json");
    EXPECT_EQ(answer.status, 200) << member.key();
    EXPECT_EQ(answer.content_type, "application/schema+json");
    EXPECT_TRUE(answer.object().contains("type")) << member.key();
  }
  EXPECT_EQ(server.get("/schemas/Nothing.json").status, 404);
}

TEST_F(Operations, OurAnswersFitTheirOwnSchemas) {
  server.world.campaign("spring", {"a", "b"});
  const auto schema = [&](const char* name) {
    auto object = server.get("/schemas/" + std::string(name) + ".json").object();
    for (const auto* about : {"$schema", "$id"}) object.erase(about);
    return object;
  };
  const auto answer = server.post("/invocations", R"({"campaign":"spring"})");
  const auto parts = answer.object().at("final_result").at(0);
  EXPECT_TRUE(tests::schema_accepts(schema("Result"), parts.at("result")));
  EXPECT_TRUE(tests::schema_accepts(schema("Problem"), server.get("/nothing").body_json()));
  EXPECT_FALSE(tests::schema_accepts(schema("Result"), json::value("text")));
}

TEST_F(Operations, TheDocsPageIsOnePageWithoutOtherHosts) {
  const auto page = server.get("/docs");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("fetch('openapi.json')"));
  EXPECT_EQ(page.body.find("src=\"http"), std::string::npos);
}

}  // namespace
}  // namespace proffer::tests
