#include "service/erase_customer.h"

#include <gmock/gmock.h>

#include "service/beginning.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

using base::ErrorKind;

class EraseCustomerTest : public testing::Test {
 protected:
  EraseCustomerTest() {
    for (const auto* project : {"default", "other"}) {
      world.campaign("c", {"a", "b", "c"},
                     R"({"frequency_caps": [{"count": 50, "period": "30 days"}],
                         "randomisation": {"processing_window": 0, "processing_count": 0, "interaction_count": 4}})",
                     project);
    }
    for (int i = 0; i < 60; ++i) {
      const std::string customer = i % 3 == 0 ? "ann" : "customer" + std::to_string(i % 7);
      const auto made = world.decided("c", 2, customer);
      (i % 3 == 0 ? of_ann : of_others).push_back(made.record.uuid);
      if (i % 2 == 0) {
        EXPECT_TRUE(world.responded(made.record.uuid, {offer_at(made, 0)}));
      }
      stores.clock.advance(std::chrono::minutes{1});
    }
    put({"shop", "customers"}, {{"_id", "ann"}, {"age", 44}, {"partner", {{"customer", "ann"}}}});
    put({"shop", "orders"}, {{"_id", "1"}, {"customer", "ann"}, {"note", "for ann"}});
    put({"shop", "orders"}, {{"_id", "2"}, {"customer", "bob"}});
    put({"shop", "other:orders"}, {{"_id", "1"}, {"customer", "ann"}});
  }

  void put(const store::Collection& collection, store::Document document) {
    EXPECT_TRUE(stores.documents.put(collection, std::move(document)));
  }
  std::string text(const store::Collection& collection, const std::string& id) {
    const auto found = stores.documents.get(collection, id).value();
    return found ? document::json_text(*found) : "";
  }
  ArmValues arms() { return world.in_service(*world.campaigns.find("default", "c")); }
  std::size_t listed(const std::string& customer) {
    return stores.log.query({.customer = customer}).value().entries.size();
  }
  base::Result<service::Erased> erase(const std::string& customer, const std::vector<std::string>& fields = {}) {
    return service::EraseCustomer(world.ports, world.campaigns, world.learning).run("default", customer, fields);
  }

  Stores stores;
  World world{stores};
  std::vector<base::Uuid> of_ann, of_others;
};

TEST_F(EraseCustomerTest, ArmsKeepTheirSumsInServiceInTheLogAndAfterARestart) {
  const auto before = arms();
  const auto erased = erase("ann");
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_EQ(erased->records, 20u + 10u) << "decisions and outcomes";
  EXPECT_EQ(arms(), before);
  EXPECT_EQ(world.from_the_log(*world.campaigns.find("default", "c")), before);
  EXPECT_EQ(World(stores).in_service(*world.campaigns.find("default", "c")), before);
  ASSERT_TRUE(world.learning.recompute_all());
  EXPECT_EQ(arms(), before);
}

TEST_F(EraseCustomerTest, AnotherNameTakesHisPlaceInTheLogAndInCollections) {
  const auto erased = erase("ann", {"partner.customer"});
  ASSERT_TRUE(erased);
  EXPECT_EQ(erased->documents, 2u);
  EXPECT_EQ(listed("ann"), 0u);
  EXPECT_EQ(listed(erased->replacement), 20u);
  const auto& name = erased->replacement;
  EXPECT_EQ(text({"shop", "customers"}, "ann"), "");
  EXPECT_EQ(text({"shop", "customers"}, name),
            R"({"_id":")" + name + R"(","age":44,"partner":{"customer":")" + name + R"("}})");
  EXPECT_EQ(text({"shop", "orders"}, "1"), R"({"_id":"1","customer":")" + name + R"(","note":"for ann"})");
  EXPECT_EQ(text({"shop", "orders"}, "2"), R"({"_id":"2","customer":"bob"})");
  EXPECT_EQ(text({"shop", "other:orders"}, "1"), R"({"_id":"1","customer":"ann"})") << "another project's";
}

TEST_F(EraseCustomerTest, HisDecisionsCannotBeReplayedAndThoseOfOthersCan) {
  ASSERT_TRUE(erase("ann"));
  for (const auto& uuid : of_ann) {
    const auto replayed = world.replay.run("default", uuid);
    ASSERT_FALSE(replayed);
    EXPECT_EQ(replayed.error().kind, ErrorKind::gone);
    EXPECT_THAT(replayed.error().message, testing::HasSubstr("erased"));
  }
  for (const auto& uuid : of_others) {
    const auto replayed = world.replay.run("default", uuid);
    ASSERT_TRUE(replayed) << replayed.error().message;
    EXPECT_TRUE(replayed->differences.empty());
  }
}

TEST_F(EraseCustomerTest, IsARecordOfTheLogThatDoesNotNameHim) {
  const auto erased = erase("ann");
  const auto last = world.entries().back().record;
  EXPECT_EQ(std::get<decision::ErasureRecord>(last),
            (decision::ErasureRecord{0, "default", erased->replacement, erased->records, erased->documents}));
}

TEST_F(EraseCustomerTest, WhoIsNowhereIsNotFoundAndASecondTimeFindsNothing) {
  EXPECT_EQ(erase("nobody").error().kind, ErrorKind::not_found);
  ASSERT_TRUE(erase("ann"));
  EXPECT_EQ(erase("ann").error().kind, ErrorKind::not_found);
}

TEST_F(EraseCustomerTest, WhoComesBackIsAStranger) {
  ASSERT_TRUE(erase("ann"));
  world.decided("c", 1, "ann");
  EXPECT_EQ(listed("ann"), 1u);
  EXPECT_EQ(arms(), world.from_the_log(*world.campaigns.find("default", "c")));
}

}  // namespace
}  // namespace proffer::tests
