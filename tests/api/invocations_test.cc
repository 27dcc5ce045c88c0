#include "api/invocations.h"

#include <gmock/gmock.h>

#include "api/server.h"

namespace proffer::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

std::vector<std::string> names_of(const json::object& object) {
  std::vector<std::string> names;
  for (const auto& member : object) names.emplace_back(member.key());
  return names;
}

// The kinds that JSON tells apart; whole and broken numbers are of one kind.
std::string kind_of(const json::value& value) {
  return value.is_number() ? "number" : std::string(json::to_string(value.kind()));
}

// `ours` begins with the members of `theirs`, in their order and of their kinds, and goes on with `added`.
void expect_like(const json::object& theirs, const json::object& ours, std::vector<std::string> added,
                 const char* where) {
  auto expected = names_of(theirs);
  expected.insert(expected.end(), added.begin(), added.end());
  EXPECT_EQ(names_of(ours), expected) << where;
  for (const auto& [name, value] : theirs) {
    if (const auto* own = ours.if_contains(name)) {
      EXPECT_EQ(kind_of(*own), kind_of(value)) << where << "." << name;
    }
  }
}

class Invocations : public testing::Test {
 protected:
  // The merged parameters of an answer to a body with these further members.
  std::string in_params_of(std::string_view members) {
    const auto answer = server.post("/invocations", R"({"campaign":"spring",)" + std::string(members) + "}");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return document::json_text(answer.object().at("in_params"));
  }
  std::string offers_in(const Answer& answer) {
    std::string names;
    const auto object = answer.object();
    for (const auto& result : object.at("final_result").as_array())
      names += result.at("result").at("offer").as_string();
    return names;
  }

  Stores stores;
  Server server{stores};
  service::LiveCampaignPtr spring = server.world.campaign("spring", {"a", "b", "c"});
};

TEST_F(Invocations, AnswerTheDocumentedExamples) {
  server.world.campaign("spending_personality", {"Industrious"});
  server.world.campaign("justforyou_nb", {"x", "y", "z", "w"});
  for (const auto* path : {"/invocations", "/invocate"}) {
    const auto first = server.post(path, golden("invocations.json"));
    ASSERT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(first.object().at("id"), json::value("spending_personality"));
    EXPECT_EQ(first.object().at("final_result").as_array().size(), 1U);
    EXPECT_EQ(document::json_text(first.object().at("in_params")), "{}");
  }
  const auto second = server.post("/invocations", golden("invocations_in_param.json"));
  EXPECT_EQ(document::json_text(second.object().at("in_params")),
            R"({"airtime_balance":200,"airtime_advance_limit":30,"api_payment_method":"p"})");
  const auto third = server.post("/invocations", golden("invocations_encoded_params.json"));
  EXPECT_EQ(third.object().at("final_result").as_array().size(), 3U);
  EXPECT_EQ(document::json_text(third.object().at("in_params")),
            R"({"airtime_balance":200,"airtime_advance_limit":30,"api_payment_method":"p"})");
}

TEST_F(Invocations, AnswerInTheDocumentedShape) {
  const auto example = object_of(golden("response_whole_answer.json"));
  const auto answer =
      server.post("/invocations", R"({"campaign":"spring","in_params":{"contextual_variable_one":"x"}})").object();
  expect_like(example, answer, {"propensity"}, "answer");
  const auto& theirs = example.at("final_result").at(0).as_object();
  const auto& ours = answer.at("final_result").at(0).as_object();
  expect_like(theirs, ours, {}, "final_result[0]");
  expect_like(theirs.at("result").as_object(), ours.at("result").as_object(), {"slot_propensity", "slate_propensity"},
              "result");
  expect_like(theirs.at("result_full").as_object(), ours.at("result_full").as_object(), {"explore_model"},
              "result_full");
  EXPECT_THAT(names_of(answer.at("propensity").as_object()), ElementsAre("method", "draws"));
  EXPECT_EQ(answer.at("uuid"), ours.at("result").at("uuid"));
  EXPECT_EQ(answer.at("uuid"), ours.at("result_full").at("uuid"));
  EXPECT_EQ(ours.at("result_full").at("offer_name_desc").as_string(),
            "Recommended offer is " + std::string(ours.at("result").at("offer").as_string()));
}

TEST_F(Invocations, PrintsWholeNumbersWithoutAFraction) {
  const auto answer = server.post("/invocations", R"({"campaign":"spring"})");
  for (const auto* text :
       {R"("cost":1,)", R"("price":1,)", R"("offer_value":1,)", R"("learning_reward":1,)", R"("alpha":1,)",
        R"("cache":0,)", R"("explore":0,)", R"("rank":1})", R"("expected_takeup":-1,)"}) {
    EXPECT_THAT(answer.body, HasSubstr(text));
  }
}

TEST_F(Invocations, ShowsTheDateInTheCampaignsTimeZone) {
  const auto utc = server.post("/invocations", R"({"campaign":"spring"})").object();
  EXPECT_THAT(std::string(utc.at("datetime").as_string()),
              testing::MatchesRegex("2024-12-20T13:04:43\\.0007[0-9][0-9]Z"));
  server.world.campaign("south", {"a"}, R"({"time_zone":"Africa/Johannesburg"})");
  const auto local = server.post("/invocations", R"({"campaign":"south"})").object();
  EXPECT_TRUE(local.at("datetime").as_string().starts_with("2024-12-20T15:04:43."));
  EXPECT_TRUE(local.at("datetime").as_string().ends_with("+02:00"));
}

TEST_F(Invocations, HasItsDefaults) {
  ASSERT_TRUE(server.world.define.delete_campaign("default", "spring", {}));
  server.world.campaign("only", {"a", "b"});
  const auto answer = server.post("/invocations", "{}");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto uuid = std::string(answer.object().at("uuid").as_string());
  const auto contact = server.get("/api/v1/decisions/" + uuid).body;
  EXPECT_THAT(contact,
              HasSubstr(R"("campaign":"only","subcampaign":"only","name":"only","subname":"only","channel":"api",)"
                        R"("customer":"none","userid":"api",)"));
  EXPECT_THAT(contact, HasSubstr(R"("resultcount":1)"));
}

TEST_F(Invocations, TakesNumberOfOffersAsNumberOrTextUnderTwoNames) {
  for (const auto* member : {R"("numberoffers":2)", R"("numberoffers":"2")", R"("responses":2)", R"("responses":"2")",
                             R"("numberoffers":null,"responses":2)"}) {
    const auto answer = server.post("/invocations", R"({"campaign":"spring",)" + std::string(member) + "}");
    ASSERT_EQ(answer.status, 200) << member << answer.body;
    EXPECT_EQ(answer.object().at("final_result").as_array().size(), 2U) << member;
  }
}

TEST_F(Invocations, TurnsAnyScalarIntoText) {
  const auto request = api::parse_invocation(
      R"({"campaign":7,"sub-campaign":1.5,"channel":true,"customer":9007199254740993,"userid":"u"})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->campaign, "7");
  EXPECT_EQ(request->subcampaign, "1.5");
  EXPECT_EQ(request->channel, "true");
  EXPECT_EQ(request->customer, "9007199254740993");
  EXPECT_EQ(request->userid, "u");
  EXPECT_EQ(api::parse_invocation(R"({"subcampaign":"s","sub-campaign":"t"})")->subcampaign, "s");
}

TEST_F(Invocations, ReadsParamsInEveryForm) {
  const std::string expected = R"({"x":1,"y":"a+b"})";
  for (const auto* params : {
           R"({"x":1,"y":"a+b"})",                                               // an object
           R"("{\"x\":1,\"y\":\"a+b\"}")",                                       // its text
           R"("%7B%22x%22%3A1%2C%22y%22%3A%22a+b%22%7D")",                       // percent-encoded: '+' stays '+'
           R"("%7b%22x%22:1,%22y%22:%22a%2Bb%22%7d")",                           // in lower case, partly
           R"("\"{\\\"x\\\":1,\\\"y\\\":\\\"a+b\\\"}\"")",                       // a JSON string that holds JSON
           R"("%22%7B%5C%22x%5C%22:1,%20%5C%22y%5C%22:%5C%22a+b%5C%22%7D%22")",  // that, percent-encoded
       }) {
    for (const auto* name : {"params", "in_params", "in_param"}) {
      EXPECT_EQ(in_params_of('"' + std::string(name) + "\":" + params), expected) << name << " " << params;
    }
  }
  EXPECT_EQ(in_params_of(R"("params":"{\"q\":\"100%25\"}")"), R"({"q":"100%25"})");  // plain JSON is not decoded
  for (const auto* nothing : {R"("params":"")", R"("params":" ")", R"("params":null)", R"("params":"{}")"}) {
    EXPECT_EQ(in_params_of(nothing), "{}") << nothing;
  }
}

TEST_F(Invocations, MergesParametersKeyByKeyAndParamsWin) {
  EXPECT_EQ(in_params_of(R"("params":{"a":1},"in_params":{"a":2,"b":2},"in_param":{"a":3,"b":3,"c":{"d":3}})"),
            R"({"a":1,"b":2,"c":{"d":3}})");
}

TEST_F(Invocations, ExpandsInputAndValueAsNamedKeys) {
  EXPECT_EQ(in_params_of(R"("in_params":{"input":["contextual_variable_one","z"],"value":["x",2],"z":1})"),
            R"({"input":["contextual_variable_one","z"],"value":["x",2],"z":1,"contextual_variable_one":"x"})");
  const auto request =
      api::parse_invocation(R"({"in_params":{"input":["contextual_variable_one","contextual_variable_two"],
                                                             "value":["x",2]}})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->context.one, "x");
  EXPECT_EQ(request->context.two, "2");
}

TEST_F(Invocations, FlattensWhenAsked) {
  for (const auto* flag : {"true", R"("true")"}) {
    const auto answer =
        server.post("/invocations", R"({"campaign":"spring","numberoffers":2,"in_param":{"flatten_json":)" +
                                        std::string(flag) + R"(,"empty":{},"none":[],"list":[1,{"k":"v"}]}})");
    ASSERT_EQ(answer.status, 200);
    const auto flat = answer.object();
    for (const auto& [name, value] : flat) EXPECT_FALSE(value.is_structured()) << name;
    EXPECT_EQ(flat.at("final_result_1_rank"), json::value(2));
    EXPECT_EQ(flat.at("final_result_0_result_uuid"), flat.at("uuid"));
    EXPECT_TRUE(flat.contains("final_result_0_result_full_offer_name"));
    EXPECT_EQ(document::json_text(flat.at("in_params_flatten_json")), flag);
    EXPECT_EQ(flat.at("in_params_list_1_k"), json::value("v"));
    EXPECT_FALSE(flat.contains("in_params_empty"));
    EXPECT_FALSE(flat.contains("in_params_none"));
  }
  EXPECT_TRUE(server.post("/invocations", R"({"campaign":"spring","params":{"flatten_json":false}})")
                  .object()
                  .contains("final_result"));
}

TEST_F(Invocations, ShowsOnlyEligibleOffers) {
  EXPECT_EQ(offers_in(server.post("/invocations", R"({"campaign":"spring","numberoffers":3,
                                                      "params":{"eligible_offers":{"b":0,"unknown":1}}})")),
            "b");
  EXPECT_EQ(offers_in(server.post("/invocations", R"({"campaign":"spring","numberoffers":3,
                                                      "params":{"eligible_offers":{}}})"))
                .size(),
            3U);
  EXPECT_EQ(
      offers_in(server.post("/invocations", R"({"campaign":"spring","params":{"eligible_offers":{"unknown":1}}})")),
      "");
}

TEST_F(Invocations, ExploresAsTheRequestSays) {
  const auto always =
      server.post("/invocations", R"({"campaign":"spring","params":{"mab":{"class":"mabone","epsilon":1}}})").object();
  EXPECT_EQ(always.at("explore"), json::value(1));
  EXPECT_EQ(always.at("final_result").at(0).at("result_full").at("explore"), json::value(1));
  EXPECT_NEAR(always.at("final_result").at(0).at("result").at("slot_propensity").to_number<double>(), 1.0 / 3, 1e-12);
  server.world.campaign("curious", {"a"}, R"({"deployment_epsilon": 1})");
  EXPECT_EQ(server.post("/invocations", R"({"campaign":"curious"})").object().at("explore"), json::value(1));
  EXPECT_EQ(
      server.post("/invocations", R"({"campaign":"curious","params":{"mab":{"epsilon":0}}})").object().at("explore"),
      json::value(0));
  server.world.campaign("model", {"a"}, R"({"randomisation":{"epsilon": 1}})");
  const auto model = server.post("/invocations", R"({"campaign":"model"})").object();
  EXPECT_EQ(model.at("explore"), json::value(0));
  EXPECT_EQ(model.at("final_result").at(0).at("result_full").at("explore_model"), json::value(1));
}

TEST_F(Invocations, LeavesPropensitiesOutWhereTheyAreSwitchedOff) {
  server.world.campaign("quiet", {"a"}, R"({"propensities": false})");
  const auto answer = server.post("/invocations", R"({"campaign":"quiet"})");
  EXPECT_THAT(answer.body, Not(HasSubstr("slot_propensity")));
  EXPECT_EQ(answer.object().at("propensity").at("method"), json::value("none"));
}

TEST_F(Invocations, DryRunLogsNothing) {
  const auto before = stores.log.committed();
  for (const auto* flag : {"true", R"("true")"}) {
    const auto answer = server.post("/invocations", R"({"campaign":"spring","dry_run":)" + std::string(flag) + "}",
                                    {{"idempotency-key", "k"}});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(stores.log.committed(), before);
    EXPECT_EQ(server.get("/api/v1/decisions/" + std::string(answer.object().at("uuid").as_string())).status, 404);
  }
}

TEST_F(Invocations, IgnoresUnknownFields) {
  EXPECT_EQ(server.post("/invocations", R"({"campaign":"spring","mojo":"1","whatever":{"x":[]}})").status, 200);
}

TEST_F(Invocations, ARepeatWithTheSameKeyGetsTheSameBytes) {
  const Headers key{{"idempotency-key", "k1"}};
  const std::string body = R"({"campaign":"spring","numberoffers":2,"params":{"flatten_json":true}})";
  const auto first = server.post("/invocations", body, key);
  EXPECT_EQ(first.header("Idempotent-Replayed"), "");
  const auto position = stores.log.committed();
  const auto second = server.post("/invocate", body, key);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("Idempotent-Replayed"), "true");
  const auto other = server.post("/invocations", R"({"campaign":"spring"})", key);
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(other.locations(), "header.Idempotency-Key");
  EXPECT_EQ(stores.log.committed(), position);
  Server restarted(stores);
  EXPECT_EQ(restarted.post("/invocations", body, key).body, first.body);
  EXPECT_EQ(server.post("/invocations", body, {{"idempotency-key", std::string(256, 'k')}}).status, 422);
}

TEST_F(Invocations, WhileTheFirstCallRunsARepeatIsToldToTryAgain) {
  ASSERT_TRUE(server.world.calls.begin({"default /invocations", "k1", 0}));
  const auto answer = server.post("/invocations", "{}", {{"idempotency-key", "k1"}});
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.header("Retry-After"), "1");
}

}  // namespace
}  // namespace proffer::tests
