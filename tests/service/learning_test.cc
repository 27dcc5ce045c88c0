// Resets and recomputations, checkpoints, failed commits.
#include <gmock/gmock.h>

#include "service/world.h"

namespace proffer::tests {
namespace {

using base::ErrorKind;
using testing::ElementsAre;

// An exact count of a single arm, from integer rewards.
constexpr std::string_view counting =
    R"({"randomisation": {"fail_reward": 1, "processing_window": 0, "processing_count": 0}})";

class LearningOfOneArm : public testing::Test {
 protected:
  LearningOfOneArm() : live(world.campaign("spring", {"a"}, counting)) {}

  void decisions(int count) {
    for (int i = 0; i < count; ++i) world.decided("spring");
  }
  double contacts() { return world.in_service(*live).contacts[0]; }
  double contacts_in_the_log() { return world.from_the_log(*live).contacts[0]; }
  store::LogPosition reset() { return world.append(decision::ResetRecord{live->current()->campaign.number}); }

  Stores stores;
  World world{stores};
  service::LiveCampaignPtr live;
};

TEST_F(LearningOfOneArm, AResetForgetsWhatStandsBeforeIt) {
  decisions(3);
  reset();
  EXPECT_EQ(contacts_in_the_log(), 0);
  World restarted(stores);
  const auto again = restarted.campaigns.find("default", "spring");
  EXPECT_THAT(restarted.in_service(*again).contacts, ElementsAre(0));
  restarted.decided("spring");
  EXPECT_THAT(restarted.in_service(*again).contacts, ElementsAre(1));
}

TEST_F(LearningOfOneArm, ARecomputationMakesEarlierResetsCountNoMore) {
  decisions(3);
  reset();
  decisions(2);
  ASSERT_TRUE(world.learning.recompute(*live));
  EXPECT_EQ(contacts(), 5);
  EXPECT_EQ(contacts_in_the_log(), 5);
  reset();
  EXPECT_EQ(contacts_in_the_log(), 0);
  World restarted(stores);
  EXPECT_THAT(restarted.in_service(*restarted.campaigns.find("default", "spring")).contacts, ElementsAre(0));
  ASSERT_TRUE(restarted.learning.recompute_all());
  EXPECT_THAT(restarted.in_service(*restarted.campaigns.find("default", "spring")).contacts, ElementsAre(5));
}

TEST_F(LearningOfOneArm, RecomputedArmsTakeEffectAtExactlyThePositionOfTheirRecord) {
  decisions(3);
  reset();
  World restarted(stores);  // obeys the reset
  const auto before = restarted.decided("spring");
  ASSERT_TRUE(restarted.learning.recompute_all());
  const auto after = restarted.decided("spring");
  EXPECT_EQ(before.record.shown[0].contacts, 0);
  EXPECT_EQ(after.record.shown[0].contacts, 4);
  const auto entries = restarted.entries();
  ASSERT_EQ(entries.size(), after.reservation->position);
  const auto& between = entries[after.reservation->position - 2];
  EXPECT_TRUE(std::holds_alternative<decision::RecomputationRecord>(between.record));
  for (const auto* decided : {&before, &after}) {
    const auto replayed = restarted.replay.run("default", decided->record.uuid);
    ASSERT_TRUE(replayed) << replayed.error().message;
    EXPECT_THAT(replayed->differences, ElementsAre());
  }
}

TEST_F(LearningOfOneArm, ACheckpointRemembersThatAResetIsInForce) {
  decisions(3);
  reset();
  World restarted(stores);
  ASSERT_TRUE(restarted.learning.save_checkpoints(1));
  ASSERT_TRUE(restarted.learning.recompute_all());
  World again(stores);  // from the checkpoint and the recomputation behind it
  EXPECT_THAT(again.in_service(*again.campaigns.find("default", "spring")).contacts, ElementsAre(3));
}

TEST_F(LearningOfOneArm, AStartReadsOnlyWhatFollowsTheCheckpoint) {
  decisions(3);
  ASSERT_TRUE(world.learning.save_checkpoints(1));
  decisions(2);
  const auto checkpoint = stores.log.load_checkpoint(live->current()->campaign.number);
  ASSERT_TRUE(checkpoint && *checkpoint);
  EXPECT_EQ((*checkpoint)->folded, store::LogVector(stores.log.committed() - 2));
  World restarted(stores);
  EXPECT_THAT(restarted.in_service(*restarted.campaigns.find("default", "spring")).contacts, ElementsAre(5));
}

TEST_F(LearningOfOneArm, ACheckpointDoesNotCountTwiceWhatIsCommittedAfterIt) {
  decisions(3);
  auto pending = world.decide.decide({});
  ASSERT_TRUE(pending);
  ASSERT_TRUE(world.learning.save_checkpoints(1));
  world.decide.record(std::move(*pending), [](const base::Status&) {});
  ASSERT_TRUE(stores.log.flush());
  World restarted(stores);
  EXPECT_THAT(restarted.in_service(*restarted.campaigns.find("default", "spring")).contacts, ElementsAre(4));
}

TEST_F(LearningOfOneArm, ACheckpointOfOtherSettingsIsPassedOver) {
  decisions(3);
  ASSERT_TRUE(world.learning.save_checkpoints(1));
  ASSERT_TRUE(
      world.define.put_campaign("default", "spring", object_of(R"({"randomisation": {"processing_count": 2}})"), {}));
  EXPECT_EQ(contacts(), 2);
  World restarted(stores);
  EXPECT_THAT(restarted.in_service(*restarted.campaigns.find("default", "spring")).contacts, ElementsAre(2));
}

TEST_F(LearningOfOneArm, ADamagedCheckpointIsPassedOver) {
  decisions(3);
  for (const auto* damaged : {"", "x", "\1garbage"}) {
    ASSERT_TRUE(stores.log.save_checkpoint({live->current()->campaign.number, 2, damaged}));
    World restarted(stores);
    EXPECT_THAT(restarted.in_service(*restarted.campaigns.find("default", "spring")).contacts, ElementsAre(3));
  }
}

TEST_F(LearningOfOneArm, CheckpointsAreWrittenOnlyWhenEnoughHasCome) {
  decisions(3);
  ASSERT_TRUE(world.learning.save_checkpoints(100));
  EXPECT_FALSE(*stores.log.load_checkpoint(live->current()->campaign.number));
  ASSERT_TRUE(world.learning.save_checkpoints(3));
  EXPECT_TRUE(*stores.log.load_checkpoint(live->current()->campaign.number));
}

TEST_F(LearningOfOneArm, AFailedCommitIsAnErrorAndLosesNothingAcknowledged) {
  decisions(2);
  const auto acknowledged = world.decided("spring");
  stores.log_faults.fail_all();
  service::DecideRequest request;
  const auto failed = world.decided(request);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::unavailable);
  const auto refused = world.responded(acknowledged.record.uuid, {"a"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(world.define.put_campaign("default", "new", {}, {}).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(world.learning.recompute_all().error().kind, ErrorKind::unavailable);
  EXPECT_FALSE(world.learning.recover());

  stores.log_faults.fail_all(false);
  ASSERT_TRUE(world.learning.recover());
  EXPECT_EQ(contacts(), 3);
  EXPECT_EQ(contacts(), contacts_in_the_log());
  const auto next = world.decided("spring");
  EXPECT_EQ(next.record.shown[0].contacts, 3);
  EXPECT_EQ(next.reservation->position, acknowledged.reservation->position + 1);
  ASSERT_TRUE(world.responded(acknowledged.record.uuid, {"a"}));
  EXPECT_THAT(world.in_service(*live).accepted, ElementsAre(1));
  World restarted(stores);
  EXPECT_THAT(restarted.in_service(*restarted.campaigns.find("default", "spring")).contacts, ElementsAre(4));
}

TEST_F(LearningOfOneArm, AFailedOutcomeCanBeToldAgain) {
  const auto made = world.decided("spring");
  stores.log_faults.fail_next(1);
  EXPECT_FALSE(world.responded(made.record.uuid, {"a"}));
  ASSERT_TRUE(world.learning.recover());
  EXPECT_THAT(world.in_service(*live).accepted, ElementsAre(0));
  ASSERT_TRUE(world.responded(made.record.uuid, {"a"}));
  EXPECT_THAT(world.in_service(*live).accepted, ElementsAre(1));
}

TEST_F(LearningOfOneArm, OnItsIntervalACampaignIsRecomputed) {
  ASSERT_TRUE(world.define.put_campaign(
      "default", "spring", object_of(R"({"learning_interval": 60000, "randomisation": {"processing_window": 0}})"),
      {}));
  decisions(2);
  reset();
  World restarted(stores);
  const auto again = restarted.campaigns.find("default", "spring");
  restarted.learning.recompute_due();
  EXPECT_THAT(restarted.in_service(*again).contacts, ElementsAre(0));
  stores.clock.advance(std::chrono::seconds(59));
  restarted.learning.recompute_due();
  EXPECT_THAT(restarted.in_service(*again).contacts, ElementsAre(0));
  stores.clock.advance(std::chrono::seconds(1));
  restarted.learning.recompute_due();
  EXPECT_THAT(restarted.in_service(*again).contacts, ElementsAre(2));
}

TEST_F(LearningOfOneArm, WithoutAnIntervalOptionsStayReset) {
  decisions(2);
  reset();
  World restarted(stores);
  restarted.learning.recompute_due();
  stores.clock.advance(std::chrono::hours(24 * 365));
  restarted.learning.recompute_due();
  EXPECT_THAT(restarted.in_service(*restarted.campaigns.find("default", "spring")).contacts, ElementsAre(0));
}

TEST_F(LearningOfOneArm, ARefreshTakesInWhatTheStoresHoldAndForgetsWhatTheyDoNot) {
  decisions(2);
  World other(stores);
  other.campaign("autumn", {"x"});
  ASSERT_TRUE(world.learning.refresh());
  EXPECT_NE(world.campaigns.find("default", "autumn"), nullptr);
  EXPECT_EQ(contacts(), 2);
  ASSERT_TRUE(other.define.delete_campaign("default", "autumn", {}));
  ASSERT_TRUE(world.learning.refresh());
  EXPECT_EQ(world.campaigns.find("default", "autumn"), nullptr);
}

TEST_F(LearningOfOneArm, ACampaignThatARefreshFindsIsStillReset) {
  World other(stores);
  other.campaign("autumn", {"x"}, counting);
  other.decided("autumn");
  other.append(decision::ResetRecord{other.campaigns.find("default", "autumn")->current()->campaign.number});
  ASSERT_TRUE(world.learning.refresh());
  ASSERT_TRUE(world.learning.save_checkpoints(1));
  const auto found = world.campaigns.find("default", "autumn");
  ASSERT_TRUE(world.learning.recompute(*found));
  World restarted(stores);
  EXPECT_THAT(restarted.in_service(*restarted.campaigns.find("default", "autumn")).contacts, ElementsAre(1));
}

}  // namespace
}  // namespace proffer::tests
