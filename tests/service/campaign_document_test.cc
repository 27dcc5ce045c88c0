#include "service/campaign_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "document/json.h"
#include "document/schema_check.h"
#include "service/campaign_docs.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

base::Result<const bandit::Algorithm*> find(std::string_view approach, std::string_view) {
  static const bandit::Algorithm known{"", "", "", nullptr};
  if (approach == "binaryThompson" || approach == "epsilonGreedy" || approach == "QLearning") return &known;
  return base::fail(base::ErrorKind::invalid, "known: binaryThompson, epsilonGreedy");
}

base::Result<CampaignDocument> parse_text(std::string_view text, std::string_view name = "spring") {
  return parse_campaign(document::parse_json(text)->as_object(), name, find);
}

CampaignDocument parsed(std::string_view text) {
  auto document = parse_text(text);
  EXPECT_TRUE(document) << document.error().message;
  return document.value_or(CampaignDocument{});
}

std::vector<std::string> violations_of(std::string_view text) {
  const auto document = parse_text(text);
  std::vector<std::string> lines;
  if (document) return lines;
  for (const auto& field : document.error().fields) lines.push_back(field.location + ": " + field.message);
  return lines;
}

TEST(CampaignDocument, IsCompleteFromItsApproachAlone) {
  const json::object shown = render_campaign(parsed(R"({"randomisation": {"approach": "binaryThompson"}})"));
  EXPECT_EQ(document::json_text(shown.at("randomisation")),
            R"({"approach":"binaryThompson","sub_approach":"","epsilon":0,"success_reward":1,"fail_reward":0.1,)"
            R"("prior_success_reward":1,"prior_fail_reward":0.1,"processing_window":86400000,"processing_count":1000,)"
            R"("decay_gamma":1,"interaction_count":0,"test_options_across_segment":"","cross_segment_epsilon":0,)"
            R"("cache_duration":0,"calendar":"None","batch":"false","learning_rate":0.25,"discount_factor":0.75,)"
            R"("random_action":0.2,"max_reward":10,"training_data_source":"feature_store","missing_offers":"none"})");
  EXPECT_EQ(shown.at("name"), json::value("spring"));
  EXPECT_EQ(shown.at("time_zone"), json::value("UTC"));
  EXPECT_EQ(shown.at("propensities"), json::value(true));
  EXPECT_EQ(shown.at("score_collection"), json::value("dynamic_engagement"));
  EXPECT_EQ(document::json_text(shown.at("options")), "[]");
  EXPECT_TRUE(parse_text("{}"));
}

TEST(CampaignDocument, GivesEachCampaignStoresOfItsOwn) {
  const auto own = parsed("{}");
  EXPECT_EQ(own.feature_store_database, "proffer");
  EXPECT_EQ(own.feature_store_collection, "spring_offers");
  EXPECT_EQ(own.options_store_collection, "spring_options");
  const auto given = parsed(R"({"feature_store_database": "d", "options_store_collection": "c"})");
  EXPECT_EQ(given.feature_store_database, "d");
  EXPECT_EQ(given.feature_store_collection, "spring_offers");
  EXPECT_EQ(given.options_store_collection, "c");
}

TEST(CampaignDocument, ReadsNumbersThatClientsStoreAsText) {
  const auto document = parsed(R"({"randomisation": {"decay_gamma": "1.5", "interaction_count": "0", "epsilon": "0.1",
      "processing_window": "604800000", "fail_reward": "1.0"}})");
  EXPECT_EQ(document.randomisation.decay_gamma, 1.5);
  EXPECT_EQ(document.randomisation.processing_window, 604'800'000);
  EXPECT_EQ(render_campaign(document).at("randomisation").at("epsilon"), json::value(0.1));
}

TEST(CampaignDocument, NamesEveryViolation) {
  EXPECT_THAT(
      violations_of(R"({"name": "other", "randomisation": {"approach": "magic", "epsilon": 1.5, "success_reward": -1,
          "decay_gamma": "0.9", "processing_window": 0.5, "processing_count": -1, "missing_offers": "some"},
          "time_zone": "Mars/Olympus", "deployment_epsilon": "no", "learning_interval": -1, "aproach": 1})"),
      ElementsAre("body.name: expected \"spring\", the name that the request addresses",                 //
                  "body.randomisation.epsilon: expected a number from 0 to 1",                           //
                  "body.randomisation.success_reward: expected a number from 0 to 1000000",              //
                  "body.randomisation.processing_window: expected an integer from 0 to 10000000000000",  //
                  "body.randomisation.processing_count: expected an integer from 0 to 1000000000000",    //
                  "body.randomisation.decay_gamma: expected a number from 1 to 1000000",                 //
                  "body.randomisation.missing_offers: expected one of \"none\", \"uniform\"",            //
                  "body.deployment_epsilon: expected a number from 0 to 1",                              //
                  "body.learning_interval: expected an integer from 0 to 10000000000000",                //
                  "body.aproach: is not a known field",                                                  //
                  "body.randomisation.approach: known: binaryThompson, epsilonGreedy",                   //
                  "body.time_zone: expected an IANA time zone like \"Africa/Johannesburg\""));
}

TEST(CampaignDocument, AsksWhetherAKnownFieldWasMeant) {
  EXPECT_THAT(violations_of(R"({"randomisation": {"aproach": "binaryThompson"}})"),
              ElementsAre("body.randomisation.aproach: is not a known field; did you mean \"approach\"?"));
}

TEST(CampaignDocument, TakesOnlyNamesThatStoresAndPathsCanHold) {
  for (const auto& name : {std::string("a"), std::string("A.b_c-9"), std::string(100, 'x')})
    EXPECT_TRUE(parse_text("{}", name)) << name;
  for (const auto& name :
       {std::string(), std::string("a b"), std::string("a/b"), std::string("é"), std::string(101, 'x')}) {
    EXPECT_FALSE(parse_text("{}", name)) << name;
  }
  EXPECT_EQ(parse_text("{}", "a b").error().fields[0].location, "name");
}

TEST(CampaignDocument, ReadsTheDeploymentEpsilonFromPropertiesUnlessAFieldGivesIt) {
  EXPECT_EQ(parsed(R"({"properties": "a=1\r\npredictor.epsilon = 0.2\r\nb=2"})").deployment_epsilon, 0.2);
  EXPECT_EQ(parsed(R"({"properties": "predictor.epsilon=0.2", "deployment_epsilon": 0})").deployment_epsilon, 0);
  EXPECT_EQ(parsed(R"({"properties": "predictor.epsilon2=0.2"})").deployment_epsilon, 0);
  EXPECT_THAT(violations_of(R"({"properties": "predictor.epsilon=1.2"})"),
              ElementsAre("body.properties.predictor.epsilon: expected a number from 0 to 1"));
}

TEST(CampaignDocument, CanBeSentBackAsItWasShown) {
  auto document = parsed(R"({"description": "d", "randomisation": {"approach": "epsilonGreedy", "epsilon": 0.25},
      "contextual_variables": {"offer_key": "sku", "offer_values": ["a", 1]}, "options": {"search": "{}", "limit": 100},
      "virtual_variables": [{"name": "v", "type": "concatenate", "fields": ["a"], "x": 1}], "dynamic_eligibility": {"projection": [1]}, "time_zone": "Africa/Johannesburg"})");
  document.uuid = "0190";
  document.version = 4;
  document.date_updated = "2024-01-01";
  const json::object shown = render_campaign(document);
  const auto again = parse_campaign(shown, "spring", find);
  ASSERT_TRUE(again) << again.error().message;
  json::object expected = shown;
  expected["uuid"] = "";
  expected["version"] = 0;
  expected["date_updated"] = "";
  EXPECT_EQ(document::json_text(render_campaign(*again)), document::json_text(expected));
}

TEST(CampaignDocument, AcceptsTheOtherSpellingOfQLearning) {
  EXPECT_EQ(parsed(R"({"randomisation": {"approach": "Q-Learning Algorithm"}})").randomisation.approach, "QLearning");
}

TEST(CampaignDocument, DecidesWhatACampaignDoes) {
  decision::Campaign campaign;
  campaign.name = "spring";
  apply(parsed(R"({"randomisation": {"approach": "epsilonGreedy", "epsilon": 0.1, "success_reward": 2, "fail_reward": 3,
      "processing_window": 5, "processing_count": 6, "interaction_count": 7, "decay_gamma": 8}, "deployment_epsilon": 0.2,
      "learning_interval": 60000, "time_zone": "Africa/Johannesburg"})"),
        campaign);
  EXPECT_EQ(campaign.name, "spring");
  EXPECT_EQ(campaign.approach, "epsilonGreedy");
  EXPECT_EQ(campaign.model_epsilon, 0.1);
  EXPECT_EQ(campaign.deployment_epsilon, 0.2);
  const decision::LearningSettings expected{2, 3, base::Micros(5'000), 6, 7, 8};
  EXPECT_EQ(campaign.learning, expected);
  EXPECT_EQ(campaign.learning_interval, base::Micros(60'000'000));
  EXPECT_THAT(campaign.time_zone.format(base::Time{}), HasSubstr("+02:00"));
}

TEST(CampaignDocument, IsDescribedBySchemaAsItParses) {
  const json::object schema = document::schema<CampaignDocument>();
  EXPECT_TRUE(tests::schema_accepts(schema, render_campaign(parsed("{}"))));
  const std::uint64_t seed = 3;
  std::mt19937_64 random(seed);
  const auto values =
      document::parse_json(R"([0, 1, -1, 0.5, 1.5, 86400000, "1", "", "true", "none", true, [], {}, null,
      "internal", 1e13, 1e14])")
          ->as_array();
  const auto& fields = document::Docs<Randomisation>::fields;
  for (int i = 0; i < 5'000; ++i) {
    json::object body{{"randomisation", json::object{}}};
    const auto& field =
        fields[2 + random() % (fields.size() - 2)];  // without the approaches: find() says more of those
    body["randomisation"].as_object()[field.json_name()] = values[random() % values.size()];
    const bool parses = parse_campaign(body, "spring", find).has_value();
    ASSERT_EQ(tests::schema_accepts(schema, body), parses) << document::json_text(body) << " seed " << seed;
  }
}

}  // namespace
}  // namespace proffer::service
