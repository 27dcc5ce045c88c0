#include <gmock/gmock.h>

#include "service/collections.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

using base::ErrorKind;
using service::Role;
using testing::HasSubstr;
using testing::Not;

TEST(Keys, AreShownOnceAndStoredHashed) {
  Stores stores;
  World world(stores);
  EXPECT_FALSE(world.keys.any_stored());
  const auto made = world.keys.create("app", {"shop", Role::manage});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->secret.size(), 3U + 64U);
  EXPECT_TRUE(made->secret.starts_with("sk_"));
  EXPECT_TRUE(world.keys.any_stored());
  const auto documents = stores.documents.scan(service::collections::keys, {}, {}).value();
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_THAT(json::serialize(documents[0]), Not(HasSubstr(made->secret)));
  EXPECT_THAT(json::serialize(documents[0]), Not(HasSubstr(made->secret.substr(3))));
}

TEST(Keys, NameProjectAndRoleOfTheirBearerAlsoAfterARestart) {
  Stores stores;
  std::string secret;
  {
    World world(stores);
    secret = world.keys.create("app", {"shop", Role::decide})->secret;
  }
  World world(stores);
  const auto identity = world.keys.identify(secret);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->project, "shop");
  EXPECT_EQ(identity->role, Role::decide);
  EXPECT_FALSE(world.keys.identify(secret + "0"));
  EXPECT_FALSE(world.keys.identify(""));
}

TEST(Keys, AreUnknownOnceRevoked) {
  Stores stores;
  World world(stores);
  const auto made = world.keys.create("app", {});
  EXPECT_EQ(world.keys.revoke("unknown").error().kind, ErrorKind::not_found);
  ASSERT_TRUE(world.keys.revoke(made->key.id));
  EXPECT_FALSE(world.keys.identify(made->secret));
  EXPECT_TRUE(world.keys.list().empty());
  World restarted(stores);
  EXPECT_FALSE(restarted.keys.any_stored());
}

TEST(Keys, StayInForceWhenRevokingFails) {
  Stores stores;
  World world(stores);
  const auto made = world.keys.create("app", {});
  stores.document_faults.fail_next(1);
  EXPECT_FALSE(world.keys.revoke(made->key.id));
  EXPECT_TRUE(world.keys.identify(made->secret));
  stores.document_faults.fail_next(1);
  EXPECT_FALSE(world.keys.create("second", {}));
  EXPECT_EQ(world.keys.list().size(), 1U);
}

TEST(Keys, InMemoryAreNotStored) {
  Stores stores;
  World world(stores);
  world.keys.add_in_memory("sk_dev", {"dev", Role::admin});
  EXPECT_FALSE(world.keys.any_stored());
  EXPECT_EQ(world.keys.identify("sk_dev")->project, "dev");
  World restarted(stores);
  EXPECT_FALSE(restarted.keys.identify("sk_dev"));
}

TEST(Keys, WithARoleOfTheFutureHaveTheLeastOfRights) {
  Stores stores;
  World world(stores);
  const auto made = world.keys.create("app", {"shop", Role::admin});
  auto document = stores.documents.scan(service::collections::keys, {}, {}).value().at(0);
  document["role"] = "emperor";
  ASSERT_TRUE(stores.documents.put(service::collections::keys, document));
  ASSERT_TRUE(world.keys.load());
  EXPECT_EQ(world.keys.identify(made->secret)->role, Role::decide);
}

class CallsWithKeys : public testing::Test {
 protected:
  CallsWithKeys() { world.campaign("spring", {"a"}); }

  base::Result<service::Decided> decide(const decision::CallKey& with) {
    service::DecideRequest request;
    request.call = with;
    return world.decided(request);
  }

  const decision::CallKey call{"default /invocations", "k1", 42};
  Stores stores;
  World world{stores};
};

TEST_F(CallsWithKeys, AreRepeatedFromTheirRecordAlsoAfterARestart) {
  ASSERT_FALSE(*world.calls.begin(call));
  const auto made = decide(call);
  world.calls.finish(call);
  World restarted(stores);
  const auto first = restarted.calls.begin(call);
  ASSERT_TRUE(first && *first);
  EXPECT_EQ(std::get<decision::DecisionRecord>((*first)->record).uuid, made->record.uuid);
  EXPECT_TRUE(*restarted.calls.begin(call));  // a repeat is not left running
}

TEST_F(CallsWithKeys, WithAnotherBodyAreRefused) {
  ASSERT_TRUE(world.calls.begin(call));
  ASSERT_TRUE(decide(call));
  world.calls.finish(call);
  auto other = call;
  other.body_hash = 43;
  const auto refused = world.calls.begin(other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_EQ(refused.error().fields.at(0).location, "header.Idempotency-Key");
  EXPECT_TRUE(*world.calls.begin(call));
}

TEST_F(CallsWithKeys, AreRefusedWhileTheFirstRuns) {
  ASSERT_TRUE(world.calls.begin(call));
  EXPECT_EQ(world.calls.begin(call).error().kind, ErrorKind::conflict);
  auto elsewhere = call;
  elsewhere.route = "other /invocations";
  EXPECT_TRUE(world.calls.begin(elsewhere));
  world.calls.finish(call);
  EXPECT_FALSE(*world.calls.begin(call));
}

TEST_F(CallsWithKeys, AreForgottenAfterADay) {
  ASSERT_TRUE(decide(call));
  stores.clock.advance(std::chrono::hours(23));
  EXPECT_TRUE(*world.calls.begin(call));
  stores.clock.advance(std::chrono::hours(2));
  EXPECT_FALSE(*world.calls.begin(call));
}

TEST_F(CallsWithKeys, MayRunAgainWhenTheirRecordFailed) {
  ASSERT_TRUE(world.calls.begin(call));
  stores.log_faults.fail_next(1);
  EXPECT_FALSE(decide(call));
  world.calls.finish(call);
  ASSERT_TRUE(world.learning.recover());
  EXPECT_FALSE(*world.calls.begin(call));
}

}  // namespace
}  // namespace proffer::tests
