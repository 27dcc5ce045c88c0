// What constraints look like from outside: left_out, cache, cached_from, margins.
#include <gtest/gtest.h>

#include "api/server.h"

namespace proffer::tests {
namespace {

class Constrained : public testing::Test {
 protected:
  void set_up(std::string_view document, std::string_view offers) {
    const auto put = server.call("PUT", "/api/v1/campaigns/shop", std::string(document));
    ASSERT_EQ(put.status, 201) << put.body;
    const auto rows = server.call("PUT", "/api/v1/campaigns/shop/offers", std::string(offers),
                                  {{"content-type", "application/json"}});
    ASSERT_EQ(rows.status, 200) << rows.body;
  }

  Stores stores;
  Server server{stores};
};

TEST_F(Constrained, AnExplainedAnswerNamesTheRuleOfEachOfferLeftOutAndARepeatSaysTheSame) {
  set_up("{}", R"([{"offer":"a"},{"offer":"b","spend_limit":0},{"offer":"c"}])");
  const std::string body = R"({"explain":true,"numberoffers":3,"params":{"eligible_offers":{"a":1,"b":1}}})";
  const auto first = server.post("/invocations", body, {{"idempotency-key", "k"}});
  EXPECT_EQ(document::json_text(first.object().at("left_out")),
            R"([{"offer":"b","rule":"spend_limit"},{"offer":"c","rule":"eligible_offers"}])");
  EXPECT_EQ(first.object().at("final_result").as_array().size(), 1U);
  const auto repeat = server.post("/invocations", body, {{"idempotency-key", "k"}});
  EXPECT_EQ(repeat.body, first.body);
  EXPECT_FALSE(server.post("/invocations", "{}").object().contains("left_out"));
}

TEST_F(Constrained, ARepeatedAnswerSaysWhereItComesFrom) {
  set_up(R"({"offer_cache_ms":1000})", R"([{"offer":"a"},{"offer":"b"}])");
  const auto first = server.post("/invocations", R"({"customer":"1"})").object();
  const auto second = server.post("/invocations", R"({"customer":"1"})").object();
  EXPECT_EQ(first.at("cache"), json::value(0));
  EXPECT_FALSE(first.contains("cached_from"));
  EXPECT_EQ(second.at("cache"), json::value(1));
  EXPECT_EQ(second.at("cached_from"), first.at("uuid"));
  EXPECT_NE(second.at("uuid"), first.at("uuid"));
  EXPECT_EQ(second.at("final_result").at(0).at("result").at("uuid"), second.at("uuid"));
  EXPECT_EQ(second.at("final_result").at(0).at("result").at("slot_propensity"),
            first.at("final_result").at(0).at("result").at("slot_propensity"));
  const auto other = server.post("/invocations", R"({"customer":"2"})").object();
  EXPECT_EQ(other.at("cache"), json::value(0));
}

TEST_F(Constrained, ModifiedOfferScoreIsTheExpectedMargin) {
  set_up(
      R"({"rank_by":"modified_offer_score"})",
      R"([{"offer":"a","offer_value":10,"cost":4,"alpha_zero":1000,"beta_zero":1000},{"offer":"b","offer_value":1,"cost":2}])");
  const auto answer = server.post("/invocations", R"({"numberoffers":2})").object();
  const auto& first = answer.at("final_result").at(0).at("result").as_object();
  EXPECT_EQ(first.at("offer"), json::value("a"));
  EXPECT_DOUBLE_EQ(first.at("modified_offer_score").to_number<double>(), 6 * first.at("score").to_number<double>());
  EXPECT_EQ(first.at("arm_reward"), first.at("score"));
  EXPECT_EQ(first.at("slot_propensity"), json::value(1)) << "the other's margin is negative";
  const auto& second = answer.at("final_result").at(1).at("result").as_object();
  EXPECT_LT(second.at("modified_offer_score").to_number<double>(), 0);
}

TEST_F(Constrained, SentimentalEquilibriumTellsEffortAndEngagement) {
  set_up(R"({"randomisation":{"approach":"behaviorAlgos","sub_approach":"sentimentalEquilibrium"}})",
         R"([{"offer":"a"},{"offer":"b"}])");
  const auto answer = server.post("/invocations", R"({"numberoffers":2})").object();
  ASSERT_EQ(answer.at("final_result").as_array().size(), 2U);
  const auto& full = answer.at("final_result").at(0).at("result_full").as_object();
  EXPECT_NEAR(full.at("requiredEffort").to_number<double>(), 1.0357441687, 1e-9);
  EXPECT_NEAR(full.at("sentimental_equilibrium").to_number<double>(), 10.3574416865, 1e-9);
  EXPECT_EQ(full.at("equilibriumViable"), json::value(true));
  EXPECT_EQ(full.at("responses"), json::value(0));
}

TEST_F(Constrained, RowsWithBadConstraintsAreRefusedWithEveryPlace) {
  set_up("{}", R"([{"offer":"a"}])");
  const auto refused = server.call("PUT", "/api/v1/campaigns/shop/offers", R"([
      {"offer":"a","spend_limit":-2},{"offer":"b","opening_hours":{"someday":"09:00-10:00","mon":"25:00-26:00"}},
      {"offer":"c","group":{}},{"offer":"d","opening_hours":7}])");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.locations(),
            "body[0].spend_limit, body[1].opening_hours.someday, body[1].opening_hours.mon, body[2].group, "
            "body[3].opening_hours");
}

TEST_F(Constrained, CapsOfOtherKindsAreRefused) {
  const auto refused = server.call("PUT", "/api/v1/campaigns/shop",
                                   R"({"frequency_caps":[{"count":0,"period":"1 day"},{"count":1,"period":"soon"},
                                       {"count":1,"period":1,"offer":"a","group":"g"}],"offer_cache_ms":-1,
                                       "rank_by":"luck","spend_on":"never"})");
  EXPECT_EQ(refused.status, 422);
  for (const auto* place : {"body.frequency_caps[0].count", "body.frequency_caps[1].period", "body.frequency_caps[2]",
                            "body.offer_cache_ms", "body.rank_by", "body.spend_on"}) {
    EXPECT_NE(refused.locations().find(place), std::string::npos) << place << " in " << refused.locations();
  }
}

}  // namespace
}  // namespace proffer::tests
