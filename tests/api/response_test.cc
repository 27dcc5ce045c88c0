#include "api/responses.h"

#include <gmock/gmock.h>

#include "api/server.h"

namespace proffer::tests {
namespace {

using testing::ElementsAre;

class Responses : public testing::Test {
 protected:
  Answer decide(std::string_view more = "") {
    return server.post("/invocations",
                       R"({"campaign":"spring","numberoffers":2,"channel":"app")" + std::string(more) + "}");
  }
  static std::string uuid_in(const Answer& answer) { return std::string(answer.object().at("uuid").as_string()); }
  static std::string offer_in(const Answer& answer, std::size_t place) {
    return std::string(answer.object().at("final_result").at(place).at("result").at("offer").as_string());
  }
  std::vector<double> accepted() { return server.world.in_service(*live).accepted; }

  Stores stores;
  Server server{stores};
  service::LiveCampaignPtr live = server.world.campaign("spring", {"OFFER_A", "OFFER_B"});
};

TEST_F(Responses, AnswerTheDocumentedExample) {
  const auto answer = decide();
  auto body = object_of(golden("response.json"));
  body["uuid"] = uuid_in(answer);
  const auto response = server.post("/response", json::serialize(body));
  ASSERT_EQ(response.status, 200) << response.body;
  const auto place = offer_in(answer, 0) == "OFFER_A" ? 0U : 1U;
  EXPECT_EQ(response.body, R"({"message":"Success","final_result":[)" +
                               document::json_text(answer.object().at("final_result").at(place).at("result")) + "]}");
  EXPECT_THAT(accepted(), ElementsAre(1, 0));
}

TEST_F(Responses, AcceptTheDocumentedWholeAnswer) {
  const auto booster = server.world.campaign("offer_recommend_dynamic", {"Rewards Booster"});
  const auto made = server.post("/invocations", R"({"campaign":"offer_recommend_dynamic"})");
  auto body = object_of(golden("response_whole_answer.json"));
  EXPECT_EQ(server.post("/response", json::serialize(body)).status, 404);  // a uuid of another server
  body["uuid"] = uuid_in(made);
  const auto response = server.post("/response", json::serialize(body));
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(server.world.in_service(*booster).accepted, ElementsAre(1));
}

TEST_F(Responses, AcceptOurOwnAnswerNestedAndFlattened) {
  const auto nested = decide();
  ASSERT_EQ(server.post("/response", nested.body).status, 200);
  EXPECT_THAT(accepted(), ElementsAre(1, 1));
  const auto flat = decide(R"(,"in_param":{"flatten_json":true})");
  const auto response = server.post("/response", flat.body);
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.object().at("final_result").as_array().size(), 2U);
  EXPECT_THAT(accepted(), ElementsAre(2, 2));
}

TEST_F(Responses, ReadAnOfferInEveryForm) {
  for (const auto* offer :
       {R"("OFFER_A")", R"({"offer_name":"OFFER_A"})", R"({"offer_id":"OFFER_A"})", R"({"offer":"OFFER_A"})"}) {
    const auto request = api::parse_response(R"({"uuid":"0193e452-1a2b-7c3d-8e4f-0123456789ab","offers_accepted":[)" +
                                             std::string(offer) + "]}");
    ASSERT_TRUE(request) << offer;
    EXPECT_THAT(request->offers, ElementsAre("OFFER_A"));
  }
  const auto channel = [](std::string_view member) {
    return api::parse_response(R"({"uuid":"0193e452-1a2b-7c3d-8e4f-0123456789ab","offers_accepted":[])" +
                               std::string(member) + "}")
        ->channel;
  };
  EXPECT_EQ(channel(""), std::nullopt);
  EXPECT_EQ(channel(R"(,"channel":"x")"), "x");
  EXPECT_EQ(channel(R"(,"channel":"x","channel_name":"y")"), "y");
}

TEST_F(Responses, TheResultRouteAnswersTheUuid) {
  const auto answer = decide();
  const auto response =
      server.post("/responseResult", R"({"uuid":")" + uuid_in(answer) + R"(","offers_accepted":["OFFER_A"]})");
  EXPECT_EQ(response.body, R"({"message":")" + uuid_in(answer) + "\"}");
}

TEST_F(Responses, ARepeatIsGoodAndCountsOnce) {
  const auto body = R"({"uuid":")" + uuid_in(decide()) + R"(","offers_accepted":["OFFER_A"]})";
  const auto first = server.post("/response", body);
  const auto position = stores.log.committed();
  const auto second = server.post("/response", body);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("Idempotent-Replayed"), "");
  EXPECT_EQ(stores.log.committed(), position);
  EXPECT_THAT(accepted(), ElementsAre(1, 0));
}

TEST_F(Responses, ARepeatWithTheSameKeySaysSo) {
  const auto uuid = uuid_in(decide());
  const Headers key{{"idempotency-key", "r1"}};
  const auto body = R"({"uuid":")" + uuid + R"(","offers_accepted":["OFFER_A"]})";
  const auto first = server.post("/response", body, key);
  const auto second = server.post("/response", body, key);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("Idempotent-Replayed"), "true");
  EXPECT_EQ(server.post("/response", R"({"uuid":")" + uuid + R"(","offers_accepted":["OFFER_B"]})", key).status, 422);
  EXPECT_THAT(accepted(), ElementsAre(1, 0));
  // A call that fails leaves its key free.
  const Headers other{{"idempotency-key", "r2"}};
  EXPECT_EQ(server.post("/response", R"({"uuid":")" + uuid + R"(","offers_accepted":["x"]})", other).status, 422);
  EXPECT_EQ(server.post("/response", R"({"uuid":")" + uuid + R"(","offers_accepted":["OFFER_B"]})", other).status, 200);
}

TEST_F(Responses, WithAKeyAndNothingNewIsRememberedToo) {
  const auto body = R"({"uuid":")" + uuid_in(decide()) + R"(","offers_accepted":["OFFER_A"]})";
  ASSERT_EQ(server.post("/response", body).status, 200);
  const Headers key{{"idempotency-key", "r1"}};
  EXPECT_EQ(server.post("/response", body, key).header("Idempotent-Replayed"), "");
  EXPECT_EQ(server.post("/response", body, key).header("Idempotent-Replayed"), "true");
  EXPECT_THAT(accepted(), ElementsAre(1, 0));
}

TEST_F(Responses, TakeUuidsOfEitherCase) {
  auto uuid = uuid_in(decide());
  std::ranges::transform(uuid, uuid.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  EXPECT_EQ(server.post("/response", R"({"uuid":")" + uuid + R"(","offers_accepted":["OFFER_A"]})").status, 200);
}

}  // namespace
}  // namespace proffer::tests
