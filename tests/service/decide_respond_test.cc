#include <gmock/gmock.h>

#include <thread>

#include "service/log_documents.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

using base::ErrorKind;
using testing::ElementsAre;
using testing::HasSubstr;

class DecideAndRespond : public testing::Test {
 protected:
  Stores stores;
  World world{stores};
};

TEST_F(DecideAndRespond, ADecisionIsAContactForTheVeryNextOne) {
  world.campaign("spring", {"a"});
  EXPECT_EQ(world.decided("spring").record.shown[0].contacts, 0);
  EXPECT_EQ(world.decided("spring").record.shown[0].contacts, 1);
}

TEST_F(DecideAndRespond, AContactCountsEvenBeforeItIsCommitted) {
  world.campaign("spring", {"a"});
  service::DecideRequest request;
  auto first = world.decide.decide(request);
  auto second = world.decide.decide(request);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->record.shown[0].contacts, 1);
  world.decide.record(std::move(*first), [](const base::Status&) {});
  world.decide.record(std::move(*second), [](const base::Status&) {});
  EXPECT_TRUE(stores.log.flush());
}

TEST_F(DecideAndRespond, AnOutcomeIsAnAcceptanceForTheVeryNextDecision) {
  world.campaign("spring", {"a"}, R"({"randomisation": {"success_reward": 2, "fail_reward": 0.5}})");
  const auto first = world.decided("spring");
  ASSERT_TRUE(world.responded(first.record.uuid, {"a"}));
  const auto shown = world.decided("spring").record.shown[0];
  EXPECT_EQ(shown.contacts, 1);
  EXPECT_EQ(shown.accepted, 1);
  const auto live = world.campaigns.find("default", "spring");
  EXPECT_THAT(world.in_service(*live).alpha, ElementsAre(3));   // 1 + 2 · 1
  EXPECT_THAT(world.in_service(*live).beta, ElementsAre(1.5));  // 1 + 0.5 · (2 - 1)
}

TEST_F(DecideAndRespond, AnOutcomeOfAnUnknownDecisionIsRefused) {
  world.campaign("spring", {"a"});
  world.decided("spring");
  const auto before = stores.log.committed();
  const auto refused = world.responded(base::make_uuid(stores.clock.now(), 42), {"a"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::not_found);
  EXPECT_EQ(stores.log.committed(), before);
}

TEST_F(DecideAndRespond, AnOfferThatWasNotShownRefusesTheWholeCallAndNamesEachOne) {
  const auto live = world.campaign("spring", {"a", "b", "c"});
  const auto made = world.decided("spring", 2);
  const auto before = world.in_service(*live);
  const auto position = stores.log.committed();
  const auto refused = world.responded(made.record.uuid, {"x", offer_at(made, 0), "y"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  ASSERT_EQ(refused.error().fields.size(), 2U);
  EXPECT_EQ(refused.error().fields[0].location, "body.offers_accepted[0]");
  EXPECT_EQ(refused.error().fields[1].location, "body.offers_accepted[2]");
  EXPECT_EQ(refused.error().fields[1].value, "\"y\"");
  EXPECT_EQ(stores.log.committed(), position);
  EXPECT_EQ(world.in_service(*live), before);
}

TEST_F(DecideAndRespond, ARepeatCountsOnce) {
  const auto live = world.campaign("spring", {"a"});
  const auto made = world.decided("spring");
  ASSERT_TRUE(world.responded(made.record.uuid, {"a", "a"}));
  const auto position = stores.log.committed();
  const auto repeat = world.responded(made.record.uuid, {"a"});
  ASSERT_TRUE(repeat);
  EXPECT_THAT(repeat->places, ElementsAre(0U));
  EXPECT_EQ(stores.log.committed(), position);
  EXPECT_THAT(world.in_service(*live).accepted, ElementsAre(1));
}

TEST_F(DecideAndRespond, AnotherShownOfferInASecondResponseIsANewOutcome) {
  const auto live = world.campaign("spring", {"a", "b"});
  const auto made = world.decided("spring", 2);
  ASSERT_TRUE(world.responded(made.record.uuid, {offer_at(made, 0)}));
  const auto second = world.responded(made.record.uuid, {offer_at(made, 0), offer_at(made, 1)});
  ASSERT_TRUE(second);
  EXPECT_THAT(second->places, ElementsAre(0U, 1U));
  EXPECT_THAT(world.in_service(*live).accepted, ElementsAre(1, 1));
  const auto outcomes = stores.log.outcomes_of(made.reservation->position);
  ASSERT_EQ(outcomes->size(), 2U);
  EXPECT_THAT(std::get<decision::OutcomeRecord>(outcomes->at(1).record).accepted,
              ElementsAre(decision::Accepted{1, made.record.shown[1].option}));
}

TEST_F(DecideAndRespond, ConcurrentRepeatsCountOnceAndTheOthersAreToldToTryAgain) {
  const auto live = world.campaign("spring", {"a"});
  for (int round = 0; round < 50; ++round) {
    const auto made = world.decided("spring");
    std::atomic<int> good{0}, busy{0}, other{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        const auto answer = world.responded(made.record.uuid, {"a"});
        auto& count = answer ? good : answer.error().kind == ErrorKind::conflict ? busy : other;
        ++count;
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_GE(good, 1);
    EXPECT_EQ(other, 0);
    EXPECT_EQ(stores.log.outcomes_of(made.reservation->position)->size(), 1U);
  }
  EXPECT_THAT(world.in_service(*live).accepted, ElementsAre(50));
}

TEST_F(DecideAndRespond, OutcomesOfADeletedCampaignAreLoggedAndAnswered) {
  world.campaign("spring", {"a"});
  const auto made = world.decided("spring");
  ASSERT_TRUE(world.define.delete_campaign("default", "spring", {}));
  world.campaign("spring", {"a"});
  const auto answer = world.responded(made.record.uuid, {"a"});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(stores.log.outcomes_of(made.reservation->position)->size(), 1U);
  const auto successor = world.campaigns.find("default", "spring");
  EXPECT_THAT(world.in_service(*successor).contacts, ElementsAre(0));
}

TEST_F(DecideAndRespond, ADryRunLogsAndLearnsNothing) {
  const auto live = world.campaign("spring", {"a", "b"});
  const auto position = stores.log.committed();
  service::DecideRequest request;
  request.dry_run = true;
  request.asked = 2;
  const auto made = world.decided(request);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->record.shown.size(), 2U);
  EXPECT_GT(made->record.shown[0].slot_propensity, 0);
  EXPECT_EQ(stores.log.committed(), position);
  EXPECT_THAT(world.in_service(*live).contacts, ElementsAre(0, 0));
  EXPECT_FALSE(world.responded(made->record.uuid, {"a"}));
}

TEST_F(DecideAndRespond, AContactWeighsTheLearningRewardOfItsOffer) {
  const auto live = world.campaign("spring", {"a"});
  ASSERT_TRUE(
      world.define.change_offers("default", "spring", rows_of(R"([{"offer": "a", "learning_reward": 2.5}])"), {}, {}));
  const auto made = world.decided("spring");
  EXPECT_THAT(world.in_service(*live).contacts, ElementsAre(2.5));
  ASSERT_TRUE(
      world.define.change_offers("default", "spring", rows_of(R"([{"offer": "a", "learning_reward": 7}])"), {}, {}));
  ASSERT_TRUE(world.responded(made.record.uuid, {"a"}));
  EXPECT_THAT(world.in_service(*live).accepted, ElementsAre(2.5));  // the weight that its contact had
}

TEST_F(DecideAndRespond, OnlyTheMostSpecificOptionOfAnOfferLearns) {
  const auto stored = world.define.put_campaign("default", "spring", {}, {});
  ASSERT_TRUE(stored);
  const auto rows = rows_of(R"([{"offer": "a"}, {"offer": "a", "contextual_variable_one": "x"}])");
  ASSERT_TRUE(world.define.change_offers("default", "spring", rows, {}, {}));
  service::DecideRequest request;
  request.context.one = "x";
  ASSERT_TRUE(world.decided(request));
  EXPECT_THAT(world.in_service(*world.campaigns.find("default", "spring")).contacts, ElementsAre(0, 1));
}

TEST_F(DecideAndRespond, AContactThatLeftTheWindowNoLongerCounts) {
  const auto live = world.campaign("spring", {"a"}, R"({"randomisation": {"processing_window": 60000}})");
  world.decided("spring");
  stores.clock.advance(std::chrono::seconds(30));
  EXPECT_EQ(world.decided("spring").record.shown[0].contacts, 1);
  stores.clock.advance(std::chrono::seconds(31));
  EXPECT_EQ(world.decided("spring").record.shown[0].contacts, 1);
}

TEST_F(DecideAndRespond, FewerEligibleOffersThanAskedGiveTheShorterSlate) {
  world.campaign("spring", {"a", "b", "c"});
  service::DecideRequest request;
  request.asked = 3;
  request.eligible_offers = {"b", "unknown"};
  const auto made = world.decided(request);
  ASSERT_EQ(made->record.shown.size(), 1U);
  EXPECT_EQ(offer_at(*made, 0), "b");
  EXPECT_EQ(made->record.eligible, 1U);
  EXPECT_EQ(made->record.shown[0].slot_propensity, 1);
}

TEST_F(DecideAndRespond, TheOutcomeKeepsItsChannelElseThatOfTheDecision) {
  world.campaign("spring", {"a", "b"});
  service::DecideRequest ask;
  ask.channel = "app";
  ask.asked = 2;
  const auto made = world.decided(ask);
  service::RespondRequest request;
  request.decision = made->record.uuid;
  request.offers = {"a"};
  ASSERT_TRUE(world.responded(request));
  request.offers = {"b"};
  request.channel = "mail";
  ASSERT_TRUE(world.responded(request));
  const auto outcomes = stores.log.outcomes_of(made->reservation->position);
  EXPECT_EQ(std::get<decision::OutcomeRecord>(outcomes->at(0).record).channel, "app");
  EXPECT_EQ(std::get<decision::OutcomeRecord>(outcomes->at(1).record).channel, "mail");
}

TEST_F(DecideAndRespond, ADecisionOfAnotherProjectIsUnknown) {
  world.campaign("spring", {"a"});
  const auto made = world.decided("spring");
  service::RespondRequest request;
  request.project = "other";
  request.decision = made.record.uuid;
  request.offers = {"a"};
  EXPECT_EQ(world.responded(request).error().kind, ErrorKind::not_found);
  EXPECT_EQ(world.replay.run("other", made.record.uuid).error().kind, ErrorKind::not_found);
}

TEST(Choose, TakesTheNamedTheDefaultTheOnlyOrListsTheNames) {
  Stores stores;
  World world(stores);
  EXPECT_EQ(world.campaigns.choose("default", std::nullopt).error().kind, ErrorKind::invalid);
  world.campaign("spring", {"a"});
  EXPECT_EQ((*world.campaigns.choose("default", std::nullopt))->current()->campaign.name, "spring");
  world.campaign("autumn", {"a"});
  const auto several = world.campaigns.choose("default", std::nullopt);
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error().kind, ErrorKind::invalid);
  EXPECT_THAT(several.error().message, HasSubstr("autumn, spring"));
  EXPECT_EQ(several.error().fields.at(0).location, "body.campaign");
  EXPECT_EQ(world.campaigns.choose("default", "winter").error().kind, ErrorKind::not_found);
  EXPECT_EQ(world.campaigns.choose("other", "spring").error().kind, ErrorKind::not_found);

  World with_default(stores, {.default_campaign = "autumn", .any_campaign = ""});
  EXPECT_EQ((*with_default.campaigns.choose("default", std::nullopt))->current()->campaign.name, "autumn");
  EXPECT_FALSE(with_default.campaigns.choose("default", "winter"));

  World with_any(stores, {.default_campaign = "", .any_campaign = "spring"});
  EXPECT_EQ((*with_any.campaigns.choose("default", std::nullopt))->current()->campaign.name, "spring");
  EXPECT_EQ((*with_any.campaigns.choose("default", "winter"))->current()->campaign.name, "spring");
  EXPECT_EQ((*with_any.campaigns.choose("default", "autumn"))->current()->campaign.name, "autumn");
}

}  // namespace
}  // namespace proffer::tests
