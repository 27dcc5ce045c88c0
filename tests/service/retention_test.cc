#include "service/retention.h"

#include <gmock/gmock.h>

#include <random>

#include "service/beginning.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

using base::ErrorKind;
using std::chrono::days;
using std::chrono::hours;

// Ten days of decisions and outcomes for campaigns that learn in different ways.
class RetentionTest : public testing::Test {
 protected:
  static constexpr const char* names[] = {"plain", "windowed", "capped", "bayes"};

  RetentionTest() {
    world->campaign("plain", {"a", "b", "c"}, R"({"randomisation": {"processing_window": 0, "processing_count": 0}})");
    world->campaign(
        "windowed", {"a", "b"},
        R"({"randomisation": {"processing_window": 518400000, "processing_count": 60, "decay_gamma": 1.2}})");
    world->campaign("capped", {"a", "b", "c"},
                    R"({"randomisation": {"processing_window": 0, "processing_count": 0, "interaction_count": 3}})");
    world->campaign("bayes", {"a", "b"},
                    R"({"randomisation": {"approach": "naiveBayes", "processing_window": 0, "processing_count": 0}})");
  }

  void run(int decisions_a_day, int for_days) {
    for (int i = 0; i < decisions_a_day * for_days; ++i) {
      const auto made =
          world->decided(names[random() % 4], 1 + random() % 2, "customer" + std::to_string(random() % 15));
      uuids.push_back(made.record.uuid);
      if (random() % 3 == 0) {
        ASSERT_TRUE(world->responded(made.record.uuid, {offer_at(made, 0)}));
      }
      stores.clock.advance(std::chrono::duration_cast<base::Micros>(hours{24}) / decisions_a_day);
    }
  }

  void prune(int keep) {
    service::Retention retention(world->ports, world->campaigns, world->learning, world->metrics, days{keep});
    for (int step = 0; step < 10; ++step) {
      const auto status = retention.step();
      ASSERT_TRUE(status) << status.error().message;
    }
  }

  std::vector<ArmValues> in_service() {
    std::vector<ArmValues> arms;
    for (const auto* name : names) arms.push_back(world->in_service(*world->campaigns.find("default", name)));
    return arms;
  }
  std::vector<ArmValues> from_the_log() {
    std::vector<ArmValues> arms;
    for (const auto* name : names) arms.push_back(world->from_the_log(*world->campaigns.find("default", name)));
    return arms;
  }
  void restart() { world = std::make_unique<World>(stores); }
  double contacts(const std::string& name) {
    const auto values = world->in_service(*world->campaigns.find("default", name));
    double sum = 0;
    for (const auto contacts : values.contacts) sum += contacts;
    return sum;
  }

  std::mt19937_64 random{7};
  Stores stores;
  std::unique_ptr<World> world = std::make_unique<World>(stores);
  std::vector<base::Uuid> uuids;
};

TEST_F(RetentionTest, WhatWasLearnedStaysWhenTheLogIsPruned) {
  run(60, 10);
  for (int round = 0; round < 3; ++round) {
    const auto before = from_the_log();
    prune(3);
    ASSERT_TRUE(*stores.log.is_pruned());
    EXPECT_GE(**stores.log.oldest(), stores.clock.now() - days{4});
    EXPECT_EQ(from_the_log(), before) << "round " << round;
    EXPECT_EQ(in_service(), before);
    restart();
    EXPECT_EQ(in_service(), before);
    ASSERT_TRUE(world->learning.recompute_all());
    EXPECT_EQ(in_service(), before);
    run(60, 3);
    EXPECT_EQ(in_service(), from_the_log());
  }
}

TEST_F(RetentionTest, NothingGoesBeforeItIsOldEnoughOrWhenItIsKeptForEver) {
  run(20, 4);
  prune(0);
  EXPECT_FALSE(*stores.log.is_pruned());
  prune(3);
  EXPECT_FALSE(*stores.log.is_pruned()) << "one more day";
  stores.clock.advance(hours{1});
  prune(3);
  EXPECT_TRUE(*stores.log.is_pruned());
}

TEST_F(RetentionTest, DecisionsBehindTheBaselineAreReplayedAndThoseBeforeItAreGone) {
  run(60, 10);
  prune(3);
  int reproduced = 0;
  for (std::size_t i = 0; i < uuids.size(); i += 7) {
    const auto replayed = world->replay.run("default", uuids[i]);
    if (replayed) {
      EXPECT_TRUE(replayed->differences.empty()) << replayed->differences.front();
      ++reproduced;
    } else {
      EXPECT_EQ(replayed.error().kind, ErrorKind::gone) << replayed.error().message;
      EXPECT_THAT(replayed.error().message, testing::HasSubstr("log_days"));
      EXPECT_EQ(reproduced, 0) << "the older ones go";
    }
  }
  EXPECT_GT(reproduced, 15);
  EXPECT_EQ(world->replay.run("default", base::make_uuid(stores.clock.now(), 5)).error().kind, ErrorKind::not_found);
}

TEST_F(RetentionTest, AResetBeforeTheBaselineIsUndoneByARecomputationBehindIt) {
  run(40, 4);
  const auto number = world->campaigns.find("default", "plain")->current()->campaign.number;
  const double made = contacts("plain");
  world->append(decision::ResetRecord{number});
  restart();
  ASSERT_EQ(contacts("plain"), 0);
  run(40, 4);
  const double since = contacts("plain");
  prune(2);
  ASSERT_TRUE(*stores.log.is_pruned());
  restart();
  EXPECT_EQ(contacts("plain"), since);
  ASSERT_TRUE(world->learning.recompute_all());
  EXPECT_EQ(contacts("plain"), made + since);
  EXPECT_EQ(in_service(), from_the_log());
}

TEST_F(RetentionTest, SettingsThatChangeLaterReachBackToTheBaseline) {
  run(60, 10);
  prune(3);
  const auto all = contacts("plain");
  ASSERT_TRUE(world->define.put_campaign("default", "plain", object_of(R"({"randomisation": {"processing_window": 0,
      "processing_count": 1000000}})"),
                                         {}));
  const auto kept = contacts("plain");
  EXPECT_LT(kept, all / 2);
  EXPECT_GT(kept, 0);
  restart();
  EXPECT_EQ(contacts("plain"), kept);
}

TEST_F(RetentionTest, NothingIsPrunedWhenABaselineCannotBeWritten) {
  run(40, 6);
  stores.log_faults.fail_all(true);
  service::Retention retention(world->ports, world->campaigns, world->learning, world->metrics, days{2});
  EXPECT_FALSE(retention.step());
  stores.log_faults.fail_all(false);
  ASSERT_TRUE(world->learning.recover());
  EXPECT_FALSE(*stores.log.is_pruned());
  EXPECT_TRUE(retention.step());
  EXPECT_TRUE(retention.step());
  EXPECT_TRUE(*stores.log.is_pruned());
}

}  // namespace
}  // namespace proffer::tests
