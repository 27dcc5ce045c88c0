#include "service/eligibility_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "document/json.h"
#include "service/campaign_docs.h"
#include "service/campaign_document.h"

namespace proffer::service {
namespace {

using decision::CountedEvent;
using decision::FrequencyCap;
using decision::QuietHours;
using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::ElementsAre;

base::Result<CampaignDocument> campaign_from(std::string_view text) {
  return parse_campaign(document::parse_json(text)->as_object(), "spring");
}

decision::Constraints constraints_of(std::string_view text) {
  const auto document = campaign_from(text);
  EXPECT_TRUE(document) << document.error().message;
  decision::Campaign campaign;
  if (document) apply(*document, campaign);
  return campaign.constraints;
}

std::vector<std::string> campaign_violations(std::string_view text) {
  const auto document = campaign_from(text);
  std::vector<std::string> lines;
  if (document) return lines;
  for (const auto& field : document.error().fields) lines.push_back(field.location + ": " + field.message);
  return lines;
}

TEST(EligibilityFields, GiveFrequencyCaps) {
  const auto caps = constraints_of(R"({"frequency_caps": [{"count": 3, "period": "7 days"},
      {"offer": "a", "count": "1", "period": 60000, "on": "acceptance"}, {"group": "g", "count": 2, "period": "5"}]})")
                        .frequency_caps;
  EXPECT_THAT(caps, ElementsAre(FrequencyCap{"", "", 3, hours(168), CountedEvent::contact},
                                FrequencyCap{"a", "", 1, milliseconds(60'000), CountedEvent::acceptance},
                                FrequencyCap{"", "g", 2, milliseconds(5), CountedEvent::contact}));
}

TEST(EligibilityFields, GiveQuietHours) {
  const auto quiet = constraints_of(R"({"quiet_hours": [{"from": "22:00", "to": "7:00"},
      {"from": "12:00 AM", "to": "24:00", "days": ["sat", "Sunday"], "channels": ["sms"]}]})")
                         .quiet_hours;
  EXPECT_THAT(quiet,
              ElementsAre(QuietHours{{1320, 420}, decision::every_day, {}}, QuietHours{{0, 1440}, 0b1100000, {"sms"}}));
}

TEST(EligibilityFields, NameEveryViolation) {
  EXPECT_THAT(campaign_violations(
                  R"({"frequency_caps": [{"offer": "a", "group": "b", "count": 0, "period": "soon"}, {"count": 1},
          {"count": 1, "period": 0, "on": "sight"}],
          "quiet_hours": [{"from": "24:00", "to": "25:00", "days": ["noday"]}, {"to": "7:00"}],
          "rank_by": "luck", "spend_on": "sight", "offer_cache_ms": -1})"),
              ElementsAre("body.frequency_caps[0].count: expected an integer from 1 to 1000000",
                          "body.frequency_caps[1].period: is required",
                          "body.frequency_caps[2].on: expected one of \"contact\", \"acceptance\"",
                          "body.quiet_hours[1].from: is required",
                          "body.offer_cache_ms: expected an integer from 0 to 10000000000000",
                          "body.rank_by: expected one of \"arm_reward\", \"modified_offer_score\"",
                          "body.spend_on: expected one of \"acceptance\", \"contact\"",
                          "body.frequency_caps[0].group: expected either offer or group, not both",
                          "body.frequency_caps[0].period: expected milliseconds from 1, or a text like \"7 days\"",
                          "body.frequency_caps[2].period: expected milliseconds from 1, or a text like \"7 days\"",
                          "body.quiet_hours[0].from: expected a time of day like \"22:00\" or \"10:00 PM\"",
                          "body.quiet_hours[0].to: expected a time of day like \"22:00\" or \"10:00 PM\"",
                          "body.quiet_hours[0].days[0]: expected a day like \"monday\" or \"mon\"",
                          "body.quiet_hours[1].from: expected a time of day like \"22:00\" or \"10:00 PM\""));
}

TEST(EligibilityFields, AreFew) {
  std::string caps;
  for (std::size_t i = 0; i < base::limits::constraints_per_campaign; ++i) caps += R"({"count": 1, "period": 1},)";
  caps.pop_back();
  EXPECT_THAT(campaign_violations(R"({"frequency_caps": [)" + caps + "]}"), ElementsAre());
  EXPECT_EQ(campaign_violations(R"({"frequency_caps": [)" + caps + R"(, {"count": 1, "period": 1}]})").size(), 1U);
}

TEST(EligibilityFields, ChooseRankingSpendingAndCache) {
  const auto chosen =
      constraints_of(R"({"rank_by": "modified_offer_score", "spend_on": "contact", "offer_cache_ms": "5000"})");
  EXPECT_EQ(chosen.rank_by, decision::RankBy::modified_offer_score);
  EXPECT_EQ(chosen.spend_on, decision::SpendOn::contact);
  EXPECT_EQ(chosen.offer_cache, milliseconds(5'000));
  EXPECT_EQ(constraints_of("{}"), decision::Constraints{});
  EXPECT_EQ(constraints_of(R"({"randomisation": {"cache_duration": 7}})").offer_cache, milliseconds(7));
  EXPECT_EQ(constraints_of(R"({"randomisation": {"cache_duration": 7}, "offer_cache_ms": 0})").offer_cache,
            base::Micros(0));
}

TEST(EligibilityFields, ComeBackAsTheyWereShown) {
  const auto document = campaign_from(R"({"frequency_caps": [{"count": 3, "period": "7 days"}],
      "quiet_hours": [{"from": "22:00", "to": "7:00", "days": ["sat"]}],
      "lookups": [{"db": "d", "table": "t", "lookup": {"key": "k", "value": 1}, "default": {"age": 1}}],
      "offer_matrix": {"db": "d", "table": "m"}, "whitelist": {"db": "d", "table": "w", "logicin": false}})");
  ASSERT_TRUE(document) << document.error().message;
  const auto again = parse_campaign(render_campaign(*document), "spring");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(render_campaign(*again), render_campaign(*document));
}

}  // namespace
}  // namespace proffer::service
