#include <gmock/gmock.h>

#include "base/limits.h"
#include "service/log_documents.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

using base::ErrorKind;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

class ImportExposures : public testing::Test {
 protected:
  base::Result<service::Imported> import(std::string_view rows) {
    return world.import_decisions.run("default", "spring", rows_of(rows), std::nullopt);
  }
  std::vector<decision::LogEntry> imported_entries() {
    auto all = world.entries();
    return {all.begin() + static_cast<std::ptrdiff_t>(before), all.end()};
  }

  Stores stores;
  World world{stores};
  service::LiveCampaignPtr live =
      world.campaign("spring", {"a", "b"}, R"({"randomisation": {"processing_window": 0}})");
  store::LogPosition before = stores.log.committed();
};

TEST_F(ImportExposures, KeepTheirDatesAndPropensities) {
  const auto imported =
      import(R"([{"customer_id": "c1", "offer": "b", "datetime": "2019-11-24 00:03:13.442536+00:00", "rank": 2,
      "accepted": 1, "propensity_score": 0.0294, "score": 0.5, "channel": "web", "userid": "u", "subcampaign": "s"}])");
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported->decisions, 1U);
  EXPECT_EQ(imported->outcomes, 1U);
  const auto entries = imported_entries();
  ASSERT_EQ(entries.size(), 2U);
  const auto& decision = std::get<decision::DecisionRecord>(entries[0].record);
  EXPECT_EQ(decision.date, time_of("2019-11-24T00:03:13.442536Z"));
  EXPECT_EQ(decision.first_rank, 2U);
  EXPECT_EQ(decision.customer, "c1");
  EXPECT_EQ(decision.channel, "web");
  EXPECT_EQ(decision.userid, "u");
  EXPECT_EQ(decision.subcampaign, "s");
  ASSERT_EQ(decision.shown.size(), 1U);
  EXPECT_EQ(decision.shown[0].slot_propensity, 0.0294);
  EXPECT_EQ(decision.shown[0].slate_propensity, 0.0294);
  EXPECT_EQ(decision.shown[0].score, 0.5);
  const auto& outcome = std::get<decision::OutcomeRecord>(entries[1].record);
  EXPECT_EQ(outcome.date, decision.date);
  EXPECT_EQ(outcome.decision, decision.uuid);
  EXPECT_THAT(world.in_service(*live).contacts, ElementsAre(0, 1));
  EXPECT_THAT(world.in_service(*live).accepted, ElementsAre(0, 1));
}

TEST_F(ImportExposures, AreReadUnderTheNamesThatOtherTablesUse) {
  ASSERT_TRUE(
      import(R"([{"item_id": "a", "timestamp": "2019-11-24T00:03:13Z", "click": 1, "position": 3, "customer": 12},
                         {"offer_name": "b", "date": "2019-11-24T00:03:13+02:00", "slot_propensity": 0.25, "slate_propensity": 0.5}])"));
  const auto entries = imported_entries();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(std::get<decision::DecisionRecord>(entries[0].record).first_rank, 3U);
  EXPECT_EQ(std::get<decision::DecisionRecord>(entries[0].record).customer, "12");
  EXPECT_EQ(std::get<decision::DecisionRecord>(entries[2].record).shown[0].slate_propensity, 0.5);
  EXPECT_EQ(std::get<decision::DecisionRecord>(entries[2].record).date, time_of("2019-11-23T22:03:13Z"));
}

TEST_F(ImportExposures, ThatAreOlderThanTheWindowAreLoggedAndDoNotCount) {
  ASSERT_TRUE(world.define.put_campaign("default", "spring", {}, {}));
  before = stores.log.committed();
  ASSERT_TRUE(import(R"([{"offer": "a", "datetime": "2019-11-24T00:03:13Z", "accepted": 1},
                         {"offer": "a", "datetime": "2024-12-20T12:00:00Z", "accepted": 1}])"));
  EXPECT_EQ(imported_entries().size(), 4U);
  EXPECT_THAT(world.in_service(*live).contacts, ElementsAre(1, 0));
}

TEST_F(ImportExposures, WithViolationsAreAllNamedAndNoneIsImported) {
  const auto refused = import(R"([{"offer": "a", "datetime": "2019-11-24T00:03:13Z"}, {"offer": "x"},
      {"offer": "a", "datetime": "yesterday", "accepted": 0.5, "rank": 0},
      {"offer": "a", "datetime": "2019-11-24T00:03:13Z", "rank": 1.5, "propensity_score": 1.5, "score": "high", "customer_id": {}}])");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  std::vector<std::string> locations;
  for (const auto& field : refused.error().fields) locations.push_back(field.location);
  EXPECT_THAT(locations, UnorderedElementsAre("body[1].offer", "body[1].datetime", "body[2].datetime",
                                              "body[2].accepted", "body[2].rank", "body[3].rank",
                                              "body[3].propensity_score", "body[3].score", "body[3].customer_id"));
  EXPECT_EQ(stores.log.committed(), before);
  EXPECT_THAT(world.in_service(*live).contacts, ElementsAre(0, 0));
}

TEST_F(ImportExposures, OfAnUnknownCampaignOrTooManyAreRefused) {
  EXPECT_EQ(world.import_decisions.run("default", "autumn", {}, {}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(world.import_decisions.run("other", "spring", {}, {}).error().kind, ErrorKind::not_found);
  const std::vector<json::object> rows(base::limits::import_rows + 1,
                                       {{"offer", "a"}, {"datetime", "2019-11-24T00:03:13Z"}});
  EXPECT_FALSE(world.import_decisions.run("default", "spring", rows, {}));
  EXPECT_EQ(stores.log.committed(), before);
  EXPECT_TRUE(world.import_decisions.run("default", "spring", std::span(rows).first(base::limits::import_rows), {}));
  EXPECT_EQ(stores.log.committed(), before + base::limits::import_rows);
}

TEST_F(ImportExposures, ThatCannotBeCommittedAreAnError) {
  stores.log_faults.fail_all();
  const auto failed = import(R"([{"offer": "a", "datetime": "2019-11-24T00:03:13Z", "accepted": 1}])");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::unavailable);
  stores.log_faults.fail_all(false);
  ASSERT_TRUE(world.learning.recover());
  EXPECT_THAT(world.in_service(*live).contacts, ElementsAre(0, 0));
}

TEST_F(ImportExposures, OfTheSameContextAsTheirOption) {
  const auto rows = rows_of(R"([{"offer": "a", "contextual_variable_one": "9007199254740993"}])");
  ASSERT_TRUE(world.define.change_offers("default", "spring", rows, {}, {}));
  EXPECT_FALSE(import(R"([{"offer": "a", "datetime": "2019-11-24T00:03:13Z"}])"));
  EXPECT_TRUE(
      import(R"([{"offer": "a", "contextual_variable_one": 9007199254740993, "datetime": "2019-11-24T00:03:13Z"}])"));
}

TEST_F(ImportExposures, OfARepeatedCallGoOnBehindThoseThatGotThrough) {
  const auto row = [](int i) {
    return json::object{{"customer_id", i}, {"offer", "a"}, {"datetime", "2019-11-24T00:03:13Z"}, {"accepted", i % 2}};
  };
  const decision::CallKey call{"default import", "k", 1};
  std::vector<json::object> rows;
  for (int i = 0; i < 3; ++i) rows.push_back(row(i));
  ASSERT_TRUE(world.import_decisions.run("default", "spring", rows, call));
  for (int i = 3; i < 6; ++i) rows.push_back(row(i));
  // As if the call of six rows had failed after two: the third carries the key of a whole call here.
  const auto again = world.import_decisions.run("default", "spring", rows, call);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->decisions, 6U);
  EXPECT_EQ(again->outcomes, 3U);
  EXPECT_THAT(world.in_service(*live).contacts, ElementsAre(3 + 4, 0));
}

TEST_F(ImportExposures, AreCountedAgainFromTheSameRows) {
  const auto rows = rows_of(R"([{"offer": "a", "datetime": "2019-11-24T00:03:13Z", "accepted": 1},
                                {"offer": "a", "datetime": "2019-11-24T00:03:13Z", "click": 1},
                                {"offer": "a", "datetime": "2019-11-24T00:03:13Z", "accepted": 0, "click": 1},
                                {"offer": "a", "datetime": "2019-11-24T00:03:13Z", "accepted": null, "click": 1.0}])");
  const auto imported = world.import_decisions.run("default", "spring", rows, {});
  ASSERT_TRUE(imported);
  const auto counted = service::count_exposures(rows);
  EXPECT_EQ(counted.decisions, imported->decisions);
  EXPECT_EQ(counted.outcomes, imported->outcomes);
  EXPECT_EQ(counted.outcomes, 3U);
}

}  // namespace
}  // namespace proffer::tests
