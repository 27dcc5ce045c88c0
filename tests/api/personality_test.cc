// Spend personalities over HTTP.
#include <gmock/gmock.h>

#include "api/server.h"
#include "service/personality_labels.h"

namespace proffer::tests {
namespace {

using ::testing::HasSubstr;

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

TEST_F(PersonalityRoutes, GiveTheBuiltInTableAsAFile) {
  const auto answer = server.get("/api/v1/personality/labels");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(answer.body, service::builtin_mcc_labels_csv());
  EXPECT_THAT(answer.body, HasSubstr("\n5411,"));
}

}  // namespace
}  // namespace proffer::tests
