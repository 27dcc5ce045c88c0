// Spend personalities over HTTP.
#include <gmock/gmock.h>

#include "api/server.h"
#include "service/personality_labels.h"

namespace proffer::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr auto path = "/api/v1/personality";

class PersonalityRoutes : public ::testing::Test {
 protected:
  // Transactions of one customer, all at one kind of shop.
  void transactions(const store::Collection& collection, const std::string& customer, int mcc, int count) {
    for (int i = 0; i < count; ++i) {
      const auto id = customer + '-' + std::to_string(mcc) + '-' + std::to_string(i);
      ASSERT_TRUE(
          stores.documents.insert(collection, {{"_id", id}, {"customer", customer}, {"mcc", mcc}, {"trns_amt", 20.5}}));
    }
  }
  static std::string job(const std::string& more = "") {
    return R"({"source":{"database":"master","collection":"bank_transactions"},)"
           R"("target":{"database":"master","collection":"personalities"})" +
           more + "}";
  }

  Stores stores;
  Server server{stores};
};

TEST_F(PersonalityRoutes, ComputeAndTellWhatCameOfIt) {
  transactions({"master", "bank_transactions"}, "590", 5541, 6);
  const auto answer = server.post(path, job());
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.object().at("customers"), 1);
  EXPECT_EQ(answer.object().at("personalities").at("Industrious"), 1);
  const auto row = stores.documents.get({"master", "personalities"}, "590");
  ASSERT_TRUE(row->has_value());
  EXPECT_EQ((*row)->at("item"), "Industrious_Introvert");
}

TEST_F(PersonalityRoutes, TakeLabelsWithTheRequest) {
  transactions({"master", "bank_transactions"}, "590", 5541, 6);
  const auto answer =
      server.post(path, job(R"(,"mcc_labels":[{"code":"5541","personality":"Experiential","trait":"Extrovert"}])"));
  EXPECT_EQ(answer.object().at("personalities").at("Experiential"), 1) << answer.body;
}

TEST_F(PersonalityRoutes, RefuseWhatIsWrongAndSayWhere) {
  EXPECT_EQ(server.post(path, "{}").locations(), "body.source, body.target");
  EXPECT_EQ(server.post(path, job(R"(,"refunds":"some","minimum_count":0,"mcc":"x")")).locations(),
            "body.refunds, body.minimum_count, body.mcc");
  EXPECT_EQ(server.post(path, job(R"(,"mcc_labels":[{"code":"x"}])")).locations(), "body.mcc_labels[0].code");
  EXPECT_EQ(server.post(path, job()).locations(), "body.source");  // no transactions
}

TEST_F(PersonalityRoutes, ReachNeitherProffersOwnCollectionsNorThoseOfOtherProjects) {
  const auto of = [&](const std::string& database, const std::string& collection) {
    return server
        .post(path, R"({"source":{"database":")" + database + R"(","collection":")" + collection +
                        R"("},"target":{"database":"a","collection":"b"}})")
        .locations();
  };
  EXPECT_EQ(of("proffer", "keys"), "body.source");
  EXPECT_EQ(of("ecosystem_meta", "dynamic_engagement"), "body.source");
  EXPECT_EQ(of("master", "shop:bank_transactions"), "body.source");
  EXPECT_EQ(of("", "bank_transactions"), "body.source");
}

TEST_F(PersonalityRoutes, DoNotWriteWhereACampaignKeepsItsOptions) {
  transactions({"master", "bank_transactions"}, "590", 5541, 6);
  ASSERT_EQ(server
                .call("PUT", "/api/v1/campaigns/spring",
                      R"({"options_store_database":"master","options_store_collection":"personalities"})")
                .status,
            201);
  EXPECT_EQ(server.post(path, job()).locations(), "body.target");
}

TEST_F(PersonalityRoutes, GiveTheBuiltInTableAsAFile) {
  const auto answer = server.get("/api/v1/personality/labels");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(answer.body, service::builtin_mcc_labels_csv());
  EXPECT_THAT(answer.body, HasSubstr("\n5411,"));
}

// The published customer, from transactions to answers.
class PersonalityAnswers : public PersonalityRoutes {
 protected:
  void SetUp() override {
    const store::Collection collection{"master", "bank_transactions"};
    transactions(collection, "590", 4111, 953);  // Industrious, Extrovert
    transactions(collection, "590", 5541, 310);  // Industrious, Introvert
    transactions(collection, "590", 8398, 253);  // Intentional, Extrovert
    transactions(collection, "590", 5311, 180);  // Enthusiastic, Extrovert
    transactions(collection, "590", 7512, 323);  // Experiential, Introvert
    transactions(collection, "590", 6011, 600);  // no label
    transactions(collection, "590", 1, 44);      // not in the table
    ASSERT_EQ(server.post(path, job()).status, 200);
    const auto saved = server.call("PUT", "/api/v1/campaigns/spend_personality",
                                   R"({"kind": "spend_personality",
                                       "personalities": {"db": "master", "table": "personalities"}})");
    ASSERT_EQ(saved.status, 201) << saved.body;
  }
  static json::object published(const std::string& name) {
    return document::parse_json(golden(name)).value().as_object();
  }
  static std::string asked(const std::string& more) {
    return R"({"campaign":"spend_personality","subcampaign":"spend_personality","channel":"copilot","customer":590,)"
           R"("numberoffers":"1","userid":"copilot","params":"{}")" +
           more + "}";
  }
  // What `ours` has that `theirs` has not. Equal members must be equal but for uuids and dates, which are of one form.
  static std::vector<std::string> added(const json::object& theirs, const json::object& ours) {
    std::vector<std::string> out;
    for (const auto& [name, value] : ours) {
      if (!theirs.contains(name)) out.emplace_back(name);
    }
    for (const auto& [name, value] : theirs) {
      const auto* own = ours.if_contains(name);
      if (own == nullptr) {
        ADD_FAILURE() << "no " << name;
      } else if (name.ends_with("uuid") || name == "datetime") {
        EXPECT_EQ(own->as_string().size(), value.as_string().size()) << name;
      } else if (!value.is_array()) {
        EXPECT_EQ(*own, value) << name;
      }
    }
    return out;
  }
};

TEST_F(PersonalityAnswers, AreThePublishedOneMemberByMember) {
  const auto answer = server.post("/invocations", asked("")).object();
  const auto theirs = published("personality_answer.json");
  EXPECT_THAT(added(theirs, answer), ElementsAre("propensity"));
  ASSERT_EQ(answer.at("final_result").as_array().size(), 1u);
  const auto& first = answer.at("final_result").as_array()[0].as_object();
  const auto& published_first = theirs.at("final_result").as_array()[0].as_object();
  EXPECT_EQ(first.at("rank"), 1);
  EXPECT_THAT(added(published_first.at("result").as_object(), first.at("result").as_object()),
              ElementsAre("slot_propensity", "slate_propensity"));
  // The published list of result_full is an excerpt; the flattened one below is whole.
  EXPECT_THAT(added(published_first.at("result_full").as_object(), first.at("result_full").as_object()),
              UnorderedElementsAre("intentional", "experiential", "enthusiastic", "extrovert", "introvert", "offer",
                                   "offer_id", "modified_offer_score", "transaction_count", "price", "offer_value",
                                   "offer_details", "offer_matrix", "uuid"));
  EXPECT_EQ(answer.at("uuid"), first.at("result").at("uuid"));
}

TEST_F(PersonalityAnswers, AreThePublishedOneFlattenedMemberByMember) {
  const auto answer = server.post("/invocations", asked(R"(,"in_param":{"flatten_json":true})")).object();
  EXPECT_THAT(added(published("personality_flattened_answer.json"), answer),
              UnorderedElementsAre("final_result_0_result_slot_propensity", "final_result_0_result_slate_propensity",
                                   "propensity_method", "propensity_draws"));
}

TEST_F(PersonalityAnswers, TakeResponsesInEveryForm) {
  const auto answer = [&](const std::string& more = "") { return server.post("/invocations", asked(more)).body; };
  const auto uuid_in = [](const std::string& body) {
    return std::string(document::parse_json(body).value().at("uuid").as_string());
  };
  const auto accepted = [&](const std::string& body) {
    const auto told = server.post("/response", body);
    EXPECT_EQ(told.status, 200) << told.body;
    const auto object = told.object();
    return std::string(object.at("final_result").as_array().at(0).at("offer").as_string());
  };
  const auto named = R"({"uuid":")" + uuid_in(answer()) + R"(","offers_accepted":)";
  EXPECT_EQ(accepted(named + R"([{"offer_name":"Industrious"}],"channel_name":"app"})"), "Industrious");
  EXPECT_EQ(
      accepted(R"({"uuid":")" + uuid_in(answer()) + R"(","offers_accepted":["Industrious"],"channel":"chatgpt"})"),
      "Industrious");
  EXPECT_EQ(accepted(answer()), "Industrious");
  EXPECT_EQ(accepted(answer(R"(,"in_param":{"flatten_json":true})")), "Industrious");
  EXPECT_EQ(server.post("/response", named + R"(["Intentional"]})").status, 422);  // was not shown
}

TEST_F(PersonalityAnswers, OfUnknownCustomersAreEmpty) {
  const auto answer = server.post("/invocations", R"({"campaign":"spend_personality","customer":"1234"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.object().at("final_result"), json::array());
}

TEST_F(PersonalityAnswers, ComeInTheOlderFormsToo) {
  for (const std::string old : {"/getSpendingPersonality", "/offerRecommendations", "/personalityRecommender"}) {
    const auto answer =
        server.get(old + "?campaign=spend_personality&channel=all&customer=590&userid=x&headers=&params=" +
                   "%7B%22flatten_json%22%3Atrue%7D");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.object().at("final_result_0_result_full_trait"), "Extrovert");
    const auto uuid = std::string(answer.object().at("uuid").as_string());
    const auto document =
        "?document=%7B%22uuid%22%3A%22" + uuid + "%22%2C%22offers_accepted%22%3A%5B%22Industrious%22%5D%7D";
    EXPECT_THAT(server.call("PUT", old + document).body, HasSubstr("\"message\":\"Success\""));
  }
  const auto uuid = std::string(server.post("/invocations", asked("")).object().at("uuid").as_string());
  EXPECT_EQ(
      server
          .call("PUT", "/offerRecommendationsResult", R"({"uuid":")" + uuid + R"(","offers_accepted":["Industrious"]})")
          .body,
      R"({"message":")" + uuid + R"("})");
  EXPECT_EQ(server.get("/offerRecommendations?campaign=spend_personality&numberoffers=x").locations(),
            "body.numberoffers");
}

}  // namespace
}  // namespace proffer::tests
