#include "service/log_documents.h"

#include <gmock/gmock.h>

#include "service/world.h"

namespace proffer::tests {
namespace {

using testing::IsSupersetOf;

std::vector<std::string> names_of(const json::object& object) {
  std::vector<std::string> names;
  for (const auto& member : object) names.emplace_back(member.key());
  return names;
}

class LogDocuments : public testing::Test {
 protected:
  LogDocuments() {
    world.campaign("spring", {"a", "b"}, R"({"time_zone": "Africa/Johannesburg", "deployment_epsilon": 0.25})");
    service::DecideRequest request;
    request.asked = 2;
    request.customer = "c1";
    request.channel = "app";
    request.userid = "u";
    request.subcampaign = "sub";
    request.in_params = R"({"x":1.5})";
    made = world.decided(request).value();
    decision = *stores.log.find_decision(made->record.uuid).value();
  }
  std::vector<decision::LogEntry> outcomes() { return stores.log.outcomes_of(decision.position).value(); }

  Stores stores;
  World world{stores};
  std::optional<service::Decided> made;
  decision::LogEntry decision;
};

TEST_F(LogDocuments, AContactHasTheDocumentedFieldsAndTypes) {
  const auto contact = service::contact_document(decision, *made->definition);
  EXPECT_THAT(names_of(contact),
              IsSupersetOf({"_id", "uuid", "predictor", "userid", "mojo", "cache", "explore", "final_result",
                            "whitelist", "params", "in_params", "api_params", "date_log", "date_index", "day_index",
                            "hour_index", "minute_index", "stats"}));
  EXPECT_EQ(contact.at("uuid"), json::value(made->record.uuid.to_string()));
  EXPECT_EQ(contact.at("predictor"), json::value("spring"));
  EXPECT_EQ(contact.at("mojo"), json::value("1"));
  EXPECT_EQ(contact.at("cache"), json::value(0));
  EXPECT_EQ(document::json_text(contact.at("whitelist")), "{}");
  EXPECT_EQ(document::json_text(contact.at("params")), R"({"key":"customer","value":"c1"})");
  EXPECT_EQ(document::json_text(contact.at("in_params")), R"({"x":1.5})");
  EXPECT_EQ(
      document::json_text(contact.at("api_params")),
      R"({"campaign":"spring","subcampaign":"sub","name":"spring","subname":"sub","channel":"app","customer":"c1",)"
      R"("userid":"u","uuid":")" +
          made->record.uuid.to_string() + R"(","resultcount":2,"mojo":"1"})");
  const auto& results = contact.at("final_result").as_array();
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[1].at("rank"), json::value(2));
  EXPECT_EQ(results[1].at("result").at("offer"), json::value(offer_at(*made, 1)));
}

TEST_F(LogDocuments, AContactOfManyNodesNamesWhatOfOthersWasFolded) {
  EXPECT_FALSE(service::contact_document(decision, *made->definition).at("proffer").as_object().contains("folded"));
  auto& record = std::get<decision::DecisionRecord>(decision.record);
  record.others.advance(decision::position_of(2, 7));
  record.others.advance(decision::position_of(5, 1));
  const auto contact = service::contact_document(decision, *made->definition);
  EXPECT_EQ(contact.at("proffer").at("folded"),
            json::value({decision::position_of(2, 7), decision::position_of(5, 1)}));
}

TEST_F(LogDocuments, DatesAreUtcAndTheirPartsOfTheCampaignsTimeZone) {
  // 2024-12-20T13:04:43.000774Z is 15:04 in Johannesburg.
  const auto contact = service::contact_document(decision, *made->definition);
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(made->time).time_since_epoch().count();
  EXPECT_EQ(contact.at("date_log").at("$date"), json::value(ms));
  EXPECT_EQ(contact.at("date_index"), json::value(202412));
  EXPECT_EQ(contact.at("day_index"), json::value(20));
  EXPECT_EQ(contact.at("hour_index"), json::value(15));
  EXPECT_EQ(contact.at("minute_index"), json::value(4));
  const auto& stats = contact.at("stats").as_object();
  EXPECT_TRUE(stats.at("start_date").as_string().starts_with("2024-12-20T15:04:43.0007"));
  EXPECT_TRUE(stats.at("start_date").as_string().ends_with("+02:00"));
  EXPECT_THAT(names_of(stats), IsSupersetOf({"start_date", "end_date", "start_time", "duration", "duration_ns",
                                             "duration_paramsdb", "duration_whitelist", "duration_cache", "epsilon",
                                             "error", "model", "predictor", "userid"}));
  EXPECT_EQ(stats.at("model"), json::value("No Model"));
  EXPECT_EQ(stats.at("epsilon"), json::value(0.25));
}

TEST_F(LogDocuments, AResponseHoldsWhatWasAcceptedAndTheWholeContact) {
  service::RespondRequest request;
  request.decision = made->record.uuid;
  request.offers = {"b"};
  request.channel = "mail";
  request.transaction_id = "t1";
  ASSERT_TRUE(world.responded(request));
  const auto response = service::response_document(outcomes().at(0), decision, *made->definition);
  EXPECT_THAT(names_of(response),
              IsSupersetOf({"_id", "uuid", "response_uuid", "predictor", "date_log", "date_index", "day_index",
                            "hour_index", "minute_index", "stats", "response", "response_log"}));
  EXPECT_EQ(response.at("uuid"), json::value(made->record.uuid.to_string()));
  EXPECT_NE(response.at("response_uuid"), response.at("uuid"));
  const auto& inner = response.at("response").as_object();
  EXPECT_THAT(names_of(inner), IsSupersetOf({"uuid", "channel_name", "predictor", "userid", "cache", "explore",
                                             "whitelist", "in_params", "offers_accepted", "transaction_id"}));
  EXPECT_EQ(inner.at("channel_name"), json::value("mail"));
  ASSERT_EQ(inner.at("offers_accepted").as_array().size(), 1U);
  EXPECT_EQ(inner.at("offers_accepted").at(0).at("offer_name"), json::value("b"));
  EXPECT_EQ(response.at("response_log"), json::value(service::contact_document(decision, *made->definition)));
}

TEST_F(LogDocuments, FlattenHasARowForEachExposureWhoseAcceptanceFollowsTheOutcomes) {
  const auto second = offer_at(*made, 1);
  const auto before = service::flatten_rows(decision, outcomes(), *made->definition);
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[0].at("accepted"), json::value(0));
  ASSERT_TRUE(world.responded(made->record.uuid, {second}));
  const auto rows = service::flatten_rows(decision, outcomes(), *made->definition);
  EXPECT_EQ(rows[0].at("accepted"), json::value(0));
  EXPECT_EQ(rows[1].at("accepted"), json::value(1));
  EXPECT_EQ(rows[1].at("customer_id"), json::value("c1"));
  EXPECT_EQ(rows[1].at("offer"), json::value(second));
  EXPECT_EQ(rows[1].at("offer_name"), json::value(second));
  EXPECT_EQ(rows[1].at("price"), json::value(1.0));
  EXPECT_EQ(rows[1].at("rank").to_number<int>(), 2);
  EXPECT_EQ(rows[1].at("score"), json::value(made->record.shown[1].score));
  EXPECT_EQ(rows[1].at("predictor"), json::value("spring"));
  EXPECT_EQ(rows[1].at("slot_propensity"), json::value(made->record.shown[1].slot_propensity));
  EXPECT_TRUE(rows[1].at("datetime").as_string().starts_with("2024-12-20T15:04:43"));
  EXPECT_EQ(rows[1].at("date_index"), json::value(202412));
}

TEST_F(LogDocuments, AnImportedDecisionShowsItsOwnDateAndRank) {
  ASSERT_TRUE(world.import_decisions.run(
      "default", "spring", rows_of(R"([{"offer": "a", "datetime": "2019-01-31T23:30:00Z", "rank": 3, "accepted": 1}])"),
      std::nullopt));
  const auto entries = world.entries();
  const auto& imported = entries[entries.size() - 2];
  const auto definition = world.campaigns.find("default", "spring")->current();
  const auto contact = service::contact_document(imported, *definition);
  EXPECT_EQ(contact.at("date_index"), json::value(201902));  // 01:30 of February 1st in Johannesburg
  EXPECT_EQ(contact.at("proffer").at("imported"), json::value(true));
  const auto rows = service::flatten_rows(imported, {entries.back()}, *definition);
  EXPECT_EQ(rows.at(0).at("rank").to_number<int>(), 3);
  EXPECT_EQ(rows.at(0).at("datetime"), json::value("2019-02-01T01:30:00.000000+02:00"));
  const auto response = service::response_document(entries.back(), imported, *definition);
  EXPECT_EQ(response.at("date_index"), json::value(201902));
}

TEST_F(LogDocuments, ParametersNestedAsDeeplyAsARequestMayAreShown) {
  service::DecideRequest request;
  request.in_params = R"({"deep":)" + std::string(60, '[') + std::string(60, ']') + "}";
  const auto deep = world.decided(request);
  ASSERT_TRUE(deep);
  const auto entry = *stores.log.find_decision(deep->record.uuid).value();
  EXPECT_EQ(document::json_text(service::contact_document(entry, *deep->definition).at("in_params")),
            request.in_params);
}

}  // namespace
}  // namespace proffer::tests
