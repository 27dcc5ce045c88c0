// The options of a campaign made anew from its set-up feature store.
#include <gtest/gtest.h>

#include "service/collections.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

using base::ErrorKind;
using service::Regeneration;

class Regenerate : public testing::Test {
 protected:
  void write(const std::string& id, json::object row, const store::Collection& to = {"proffer", "spring_offers"}) {
    row["_id"] = id;
    ASSERT_TRUE(stores.documents.put(to, std::move(row)));
  }

  base::Result<service::OffersChanged> regenerate(bool rebuild, json::object document = {}) {
    return world.define.regenerate("default", "spring", {.rebuild = rebuild, .document = std::move(document)});
  }

  std::vector<std::string> offers() {
    std::vector<std::string> names;
    for (const auto& offer : current()->campaign.offers) names.push_back(offer.name);
    return names;
  }

  service::LiveCampaignPtr live() { return world.campaigns.find("default", "spring"); }
  service::DefinitionPtr current() { return live()->current(); }

  // Shows and takes `a` so often that its arm leaves the prior.
  void learn() {
    for (int i = 0; i < 5; ++i) {
      const auto made = world.decided("spring");
      ASSERT_TRUE(world.responded(made.record.uuid, {offer_at(made, 0)}));
    }
  }

  Stores stores;
  World world{stores};
};

using Names = std::vector<std::string>;

TEST_F(Regenerate, AddsWhatWasWrittenToTheSetUpStoreAndKeepsWhatWasLearned) {
  world.campaign("spring", {"a"});
  learn();
  const auto learned = world.in_service(*live());
  write("x1", {{"offer", "b"}, {"price", 7}});
  const auto changed = regenerate(false);
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(changed->added, 1U);
  EXPECT_EQ(changed->retired, 0U);
  EXPECT_EQ(offers(), (Names{"a", "b"}));
  EXPECT_EQ(current()->option(1)->price, 7);
  const auto now = world.in_service(*live());
  EXPECT_EQ(now.contacts[0], learned.contacts[0]);
  EXPECT_EQ(now.alpha[0], learned.alpha[0]);
  EXPECT_EQ(world.in_service(*live()), world.from_the_log(*live()));
}

TEST_F(Regenerate, OnlyAddsWhenToldToUpdate) {
  world.campaign("spring", {"a", "b"});
  const auto a = service::feature_row_id("a", {});
  ASSERT_TRUE(stores.documents.remove({"proffer", "spring_offers"}, a));
  ASSERT_TRUE(regenerate(false));
  EXPECT_EQ(offers(), (Names{"a", "b"}));
  const auto rebuilt = regenerate(true);
  ASSERT_TRUE(rebuilt);
  EXPECT_EQ(rebuilt->retired, 1U);
  EXPECT_EQ(offers(), Names{"b"});
}

TEST_F(Regenerate, RebuildingPutsAllArmsBackToTheirPriorsWithALoggedReset) {
  world.campaign("spring", {"a"});
  learn();
  write("x1", {{"offer", "b"}, {"alpha_zero", 3}});
  ASSERT_TRUE(regenerate(true));
  const auto arms = world.in_service(*live());
  EXPECT_EQ(arms.contacts, (std::vector<double>{0, 0}));
  EXPECT_EQ(arms.alpha, (std::vector<double>{1, 3}));
  EXPECT_EQ(arms.beta, (std::vector<double>{1, 1}));
  const auto entries = world.entries();
  ASSERT_TRUE(std::holds_alternative<decision::ResetRecord>(entries.back().record));
  EXPECT_TRUE(std::holds_alternative<decision::DefinitionRecord>(entries[entries.size() - 2].record));
  EXPECT_EQ(world.in_service(*live()), world.from_the_log(*live()));
}

TEST_F(Regenerate, StaysResetThroughARestartUntilAllIsLearnedAnew) {
  world.campaign("spring", {"a"});
  learn();
  const auto learned = world.in_service(*live());
  ASSERT_TRUE(regenerate(true));
  learn();  // counts from here on
  {
    World restarted(stores);
    const auto arms = restarted.in_service(*restarted.campaigns.find("default", "spring"));
    EXPECT_EQ(arms, world.in_service(*live()));
    EXPECT_EQ(arms.contacts[0], 5);
  }
  ASSERT_TRUE(world.learning.recompute(*live()));
  EXPECT_EQ(world.in_service(*live()).contacts[0], learned.contacts[0] + 5);
  World restarted(stores);
  EXPECT_EQ(restarted.in_service(*restarted.campaigns.find("default", "spring")), world.in_service(*live()));
}

TEST_F(Regenerate, DriftsBackOnTheNextRecomputationWhereThereIsALearningInterval) {
  world.campaign("spring", {"a"}, R"({"learning_interval": 60000})");
  learn();
  const auto learned = world.in_service(*live());
  world.learning.recompute_due();
  ASSERT_TRUE(regenerate(true));
  stores.clock.advance(std::chrono::seconds{59});
  world.learning.recompute_due();
  EXPECT_EQ(world.in_service(*live()).contacts[0], 0);
  {
    World restarted(stores);
    EXPECT_EQ(restarted.in_service(*restarted.campaigns.find("default", "spring")).contacts[0], 0);
  }
  stores.clock.advance(std::chrono::seconds{1});
  world.learning.recompute_due();
  EXPECT_EQ(world.in_service(*live()).contacts[0], learned.contacts[0]);
}

TEST_F(Regenerate, MakesOneOptionOfManyRowsOfAnOfferAndContext) {
  world.campaign("spring", {"a"}, R"({"contextual_variables": {"contextual_variable_one_name": "segment"}})");
  write("x1", {{"offer", "b"}, {"segment", "young"}, {"price", 1}});
  write("x2", {{"offer", "b"}, {"segment", "young"}, {"price", 2}});
  write("x3", {{"offer", "b"}, {"segment", "old"}});
  write("x0", {{"offer", "a"}, {"price", 99}});  // beside the row that came through the offers' route, which wins
  ASSERT_TRUE(regenerate(false));
  const auto definition = current();
  ASSERT_EQ(definition->campaign.options.size(), 3U);
  EXPECT_EQ(definition->option(0)->price, 1);
  for (const auto& option : definition->campaign.options) {
    if (option.context.one == "young") {
      EXPECT_EQ(option.price, 2);
    }
  }
}

TEST_F(Regenerate, TakesPriorsFromTheHistoryOfTakeUp) {
  world.campaign("spring", {"a"});
  for (int i = 0; i < 4; ++i) write("x" + std::to_string(i), {{"offer", "b"}, {"took", i == 0 ? 1 : 0}});
  const auto changed = regenerate(
      true, object_of(R"({"contextual_variables": {"take_up": "took"}, "randomisation": {"prior_fail_reward": 0.5}})"));
  ASSERT_TRUE(changed) << changed.error().message;
  const auto definition = current();
  EXPECT_EQ(definition->document.contextual_variables.take_up, "took");
  EXPECT_EQ(definition->option(1)->alpha_zero, 2);
  EXPECT_EQ(definition->option(1)->beta_zero, 2.5);
}

TEST_F(Regenerate, TakesRowsFromTheCollectionThatTheCallNames) {
  world.campaign("spring", {"a"});
  write("1", {{"name", "x"}}, {"shop", "set_up"});
  const auto changed = regenerate(true, object_of(R"({"feature_store_database": "shop", "feature_store_collection":
      "set_up", "contextual_variables": {"offer_key": "name"}})"));
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(offers(), Names{"x"});
  EXPECT_EQ(current()->document.feature_store_collection, "set_up");
  ASSERT_TRUE(world.define.delete_campaign("default", "spring", {}));  // what a user named stays
  EXPECT_EQ(stores.documents.scan({"shop", "set_up"}, {}, {})->size(), 1U);
}

TEST_F(Regenerate, KeepsAColumnThatIsCalledProject) {
  world.campaign("spring", {"a"});
  write("1", {{"offer", "b"}, {"project", "north"}});
  ASSERT_TRUE(regenerate(true));
  EXPECT_EQ(offers(), (Names{"a", "b"}));
  EXPECT_FALSE(current()->rows.at(0).attributes.contains("project"));
  EXPECT_EQ(current()->rows.at(1).attributes.at("project"), "north");
}

TEST_F(Regenerate, ThatFailsLeavesEverythingAsItWas) {
  world.campaign("spring", {"a"});
  learn();
  const auto before = current();
  const auto arms = world.in_service(*live());
  write("x1", {{"offer", ""}});
  EXPECT_EQ(regenerate(true).error().fields.at(0).location, "feature_store[0].offer");
  write("x1", {{"offer", "b"}});
  EXPECT_EQ(regenerate(true, {{"feature_store_collection", "empty"}}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(
      regenerate(true, {{"feature_store_database", "proffer"}, {"feature_store_collection", "keys"}}).error().kind,
      ErrorKind::invalid);
  EXPECT_EQ(world.define.regenerate("default", "none", {}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(world.define.regenerate("other", "spring", {}).error().kind, ErrorKind::not_found);
  stores.document_faults.fail_next(1);
  EXPECT_EQ(regenerate(true).error().kind, ErrorKind::unavailable);
  stores.log_faults.fail_next(1);
  EXPECT_EQ(regenerate(true).error().kind, ErrorKind::unavailable);
  ASSERT_TRUE(world.learning.recover());
  EXPECT_EQ(current(), before);
  EXPECT_EQ(world.in_service(*live()), arms);
  World restarted(stores);
  EXPECT_EQ(restarted.in_service(*restarted.campaigns.find("default", "spring")), arms);
  EXPECT_EQ(restarted.campaigns.find("default", "spring")->current()->campaign.options.size(), 1U);
}

}  // namespace
}  // namespace proffer::tests
