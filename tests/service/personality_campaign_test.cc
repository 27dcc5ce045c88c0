// Campaigns of kind spend_personality, from saving to replay.
#include <gmock/gmock.h>

#include "service/log_documents.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const store::Collection rows{"master", "personalities"};

constexpr std::string_view personality_campaign = R"({"kind": "spend_personality", "deployment_epsilon": 1,
    "personalities": {"db": "master", "table": "personalities"}})";

json::object row(const json::value& customer, const std::string& personality, double score) {
  json::object shares{{"Industrious", 0.25}, {"Experiential", 0.25}};
  shares[personality] = score;
  return {{"_id", document::json_text(customer)},
          {"count", 20},
          {"customer", customer},
          {"Industrious", shares["Industrious"]},
          {"Experiential", shares["Experiential"]},
          {"Enthusiastic", personality == "Enthusiastic" ? score : 0},
          {"personality", personality},
          {"trait", "Introvert"},
          {"Introvert", 0.75},
          {"a long story", json::string(100'000, 'x')}};
}

class PersonalityCampaign : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(stores.documents.insert(rows, row(590, "Industrious", 0.5)));
    ASSERT_TRUE(stores.documents.insert(rows, row("x7", "Experiential", 0.625)));
    ASSERT_TRUE(stores.documents.insert(rows, row("few", "none", 0)));
    save(personality_campaign);
  }
  service::DefinitionPtr save(std::string_view body) {
    const auto stored = world.define.put_campaign("default", "mine", object_of(body), {});
    EXPECT_TRUE(stored) << stored.error().message;
    return stored ? stored->definition : nullptr;
  }
  // The offers that a customer gets.
  std::vector<std::string> offers_for(const std::string& customer) {
    const auto made = world.decided("mine", 3, customer);
    std::vector<std::string> names;
    for (const auto& shown : made.record.shown) names.push_back(made.definition->option(shown.option)->offer);
    return names;
  }

  Stores stores;
  World world{stores};
};

TEST_F(PersonalityCampaign, HasTheFourOffersFromItsSavingOn) {
  const auto campaign = world.campaigns.find("default", "mine")->current();
  EXPECT_EQ(campaign->campaign.version, 1u);
  std::vector<std::string> names;
  for (const auto& offer : campaign->campaign.offers) names.push_back(offer.name);
  EXPECT_THAT(names, ElementsAre("Industrious", "Intentional", "Experiential", "Enthusiastic"));
  EXPECT_THAT(*stores.documents.scan({"proffer", "mine_offers"}, {}, {}), SizeIs(4));
  EXPECT_THAT(*stores.documents.scan({"proffer", "mine_options"}, {}, {}), SizeIs(4));
  save(personality_campaign);
  EXPECT_THAT(world.campaigns.find("default", "mine")->current()->rows, SizeIs(4));
}

TEST_F(PersonalityCampaign, GetsItsOffersBackWhenItIsSavedAgain) {
  ASSERT_TRUE(world.define.change_offers("default", "mine", offers_named({"Industrious", "other"}), {}, {}));
  EXPECT_THAT(offers_for("x7"), IsEmpty());
  save(personality_campaign);
  EXPECT_THAT(offers_for("x7"), ElementsAre("Experiential"));
  EXPECT_THAT(world.campaigns.find("default", "mine")->current()->campaign.offers, SizeIs(5));
}

TEST_F(PersonalityCampaign, MayBeMadeOfARankingOneAndBecomeOneAgain) {
  world.campaign("turned", {"a"});
  ASSERT_TRUE(world.define.put_campaign("default", "turned", object_of(personality_campaign), {}));
  EXPECT_EQ(world.decided("turned", 1, "x7").record.shown[0].score, 0.625);
  ASSERT_TRUE(world.define.put_campaign("default", "turned", object_of("{}"), {}));
  EXPECT_THAT(world.decided("turned", 9, "x7").record.shown, SizeIs(5));
}

TEST_F(PersonalityCampaign, AnswersWithTheCustomersPersonalityAndPropensityOne) {
  const auto made = world.decided("mine", 3, "590");
  ASSERT_THAT(made.record.shown, SizeIs(1));
  EXPECT_EQ(made.definition->option(made.record.shown[0].option)->offer, "Industrious");
  EXPECT_EQ(made.record.shown[0].score, 0.5);
  EXPECT_EQ(made.record.shown[0].slot_propensity, 1);
  EXPECT_EQ(made.record.shown[0].slate_propensity, 1);
  EXPECT_EQ(made.record.method, decision::PropensityMethod::closed_form);
  EXPECT_FALSE(made.record.explore);  // whatever the epsilon
  EXPECT_LT(made.record.gathered.size(), 400u) << "only what the answer says is kept of a row";
}

TEST_F(PersonalityCampaign, HasNothingForCustomersWithoutRowOrPersonality) {
  EXPECT_THAT(offers_for("nobody"), IsEmpty());
  EXPECT_THAT(offers_for("few"), IsEmpty());
  EXPECT_THAT(offers_for("none"), IsEmpty());  // the customer of a request that names none
}

TEST_F(PersonalityCampaign, FindsACustomerAsTextOrNumberUnlessTheTypeIsShown) {
  const auto with = [](const std::string& lookup) {
    return R"({"kind": "spend_personality", "personalities": {"db": "master", "table": "personalities", "lookup": )" +
           lookup + "}}";
  };
  ASSERT_TRUE(stores.documents.insert(rows, row("7", "Enthusiastic", 0.5)));
  EXPECT_THAT(offers_for("7"), ElementsAre("Enthusiastic"));
  EXPECT_THAT(offers_for("590"), ElementsAre("Industrious"));
  save(with(R"({"key": "customer", "value": 1})"));
  EXPECT_THAT(offers_for("7"), IsEmpty());
  EXPECT_THAT(offers_for("590"), ElementsAre("Industrious"));
  save(with(R"({"key": "customer", "value": "x7"})"));  // text, and x7's row for customers who have none
  EXPECT_THAT(offers_for("7"), ElementsAre("Enthusiastic"));
  EXPECT_THAT(offers_for("590"), ElementsAre("Experiential"));
  save(with(R"({"key": "trait"})"));
  EXPECT_THAT(offers_for("Introvert"), SizeIs(1));
}

TEST_F(PersonalityCampaign, KeepsToEligibleOffersAndCaps) {
  service::DecideRequest request;
  request.campaign = "mine";
  request.customer = "x7";
  request.eligible_offers = {"Industrious"};
  EXPECT_THAT(world.decided(request)->record.shown, IsEmpty());
  request.eligible_offers = {"Industrious", "Experiential"};
  EXPECT_THAT(world.decided(request)->record.shown, SizeIs(1));
  save(R"({"kind": "spend_personality", "personalities": {"db": "master", "table": "personalities"},
           "frequency_caps": [{"count": 1, "period": "1 hour", "on": "contact"}]})");
  EXPECT_THAT(offers_for("590"), SizeIs(1));
  EXPECT_THAT(offers_for("590"), IsEmpty());
}

TEST_F(PersonalityCampaign, LearnsFromOutcomesAndReplaysAfterTheRowHasChanged) {
  const auto made = world.decided("mine", 1, "x7");
  ASSERT_TRUE(world.responded(made.record.uuid, {"Experiential"}));
  EXPECT_EQ(world.decided("mine", 1, "x7").record.shown[0].accepted, 1);
  ASSERT_TRUE(stores.documents.put(rows, row("x7", "Enthusiastic", 0.75)));
  EXPECT_THAT(offers_for("x7"), ElementsAre("Enthusiastic"));
  const auto replayed = world.replay.run("default", made.record.uuid);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_THAT(replayed->differences, IsEmpty());
  const auto nobody = world.replay.run("default", world.decided("mine", 1, "nobody").record.uuid);
  ASSERT_TRUE(nobody);
  EXPECT_THAT(nobody->differences, IsEmpty());
}

TEST_F(PersonalityCampaign, AnswersTheSameAfterARestart) {
  World again(stores);
  const auto made = again.decided("mine", 1, "x7");
  ASSERT_THAT(made.record.shown, SizeIs(1));
  EXPECT_EQ(made.record.shown[0].score, 0.625);
}

TEST_F(PersonalityCampaign, IsRefusedWithoutACollectionOfItsOwnProject) {
  const auto refused = [&](std::string_view body) {
    const auto stored = world.define.put_campaign("default", "other", object_of(body), {});
    return stored ? "nothing" : stored.error().fields.at(0).location;
  };
  EXPECT_EQ(refused(R"({"kind": "spend_personality"})"), "body.personalities");
  EXPECT_EQ(refused(R"({"kind": "spending"})"), "body.kind");
  EXPECT_EQ(refused(R"({"kind": "spend_personality", "personalities": {"db": "proffer", "table": "keys"}})"),
            "body.personalities");
  EXPECT_EQ(refused(R"({"kind": "spend_personality", "personalities": {"db": "master", "table": "shop:rows"}})"),
            "body.personalities");
}

TEST_F(PersonalityCampaign, OfAnotherProjectSeesThatProjectsRows) {
  ASSERT_TRUE(world.define.put_campaign("shop", "mine", object_of(personality_campaign), {}));
  service::DecideRequest request;
  request.project = "shop";
  request.campaign = "mine";
  request.customer = "x7";
  EXPECT_THAT(world.decided(request)->record.shown, IsEmpty());
  ASSERT_TRUE(stores.documents.insert({"master", "shop:personalities"}, row("x7", "Intentional", 0.5)));
  EXPECT_THAT(world.decided(request)->record.shown, SizeIs(1));
}

TEST_F(PersonalityCampaign, StandsInTheLogAsItWasAnswered) {
  const auto made = world.decided("mine", 1, "590");
  const auto entry = world.stores.log.find_decision(made.record.uuid);
  ASSERT_TRUE(entry->has_value());
  const auto contact = service::contact_document(**entry, *made.definition, {});
  const auto& first = contact.at("final_result").as_array().at(0);
  EXPECT_EQ(first.at("result_full").at("trait"), "Introvert");
  EXPECT_EQ(first.at("result").at("modified_offer_score"), 0.75);
}

}  // namespace
}  // namespace proffer::tests
