#include "service/move_store.h"

#include <gmock/gmock.h>

#include "adapters/sqlite/stores.h"
#include "service/beginning.h"
#include "service/world.h"
#include "temporary_directory.h"

namespace proffer::tests {
namespace {

using adapters::SqliteStores;
using base::ErrorKind;

// A store in memory with campaigns, decisions, outcomes and collections, to be moved into an embedded one.
class MoveStore : public testing::Test {
 protected:
  MoveStore() {
    source.campaign("c", {"a", "b"}, R"({"randomisation": {"decay_gamma": 1.5}})");
    for (int i = 0; i < 3'000; ++i) {
      const auto made = source.decided("c", 1, "customer" + std::to_string(i % 20));
      if (i % 3 == 0) {
        EXPECT_TRUE(source.responded(made.record.uuid, {offer_at(made, 0)}));
      }
      if (i == 1'500) uuid = made.record.uuid;
      stores.clock.advance(std::chrono::seconds{20});
    }
    std::vector<store::Document> documents;
    for (int i = 0; i < 1'200; ++i) documents.push_back({{"_id", std::to_string(i)}, {"whole", 1.0}, {"a.b", i}});
    EXPECT_TRUE(stores.documents.put_all({"shop", "customers"}, std::move(documents)));
    open();
  }

  void open() {
    target.reset();
    target = SqliteStores::open({.directory = directory.path(), .fsync = false, .clock = &stores.clock}).value();
  }
  base::Result<service::Moved> move(const std::string& name = "one") {
    return service::move_store(from, {target->documents(), target->log()}, name,
                               {[this](const store::Collection&, std::size_t count) { told += count; },
                                [this](std::size_t count) { told += count; }});
  }
  base::Result<service::Moved> finish() {
    open();
    return service::finish_move(from, {target->documents(), target->log()});
  }

  Stores stores;
  World source{stores};
  service::StorePorts from{stores.documents, stores.log};
  TemporaryDirectory directory;
  std::unique_ptr<SqliteStores> target;
  base::Uuid uuid;
  std::size_t told = 0;
};

TEST_F(MoveStore, TakesEveryDocumentAndRecordAlong) {
  const auto moved = move();
  ASSERT_TRUE(moved) << moved.error().message;
  EXPECT_EQ(moved->records, stores.log.committed());
  EXPECT_EQ(told, moved->documents + moved->records);
  const auto held = finish();
  ASSERT_TRUE(held) << held.error().message;
  EXPECT_EQ(held->records, moved->records);
  EXPECT_EQ(held->documents, moved->documents);
  EXPECT_EQ(held->collections, moved->collections);
  const store::Collection customers{"shop", "customers"};
  const auto all = [&](store::DocumentStore& documents) {
    return documents.scan(customers, {}, {.id_prefix = {}, .after = {}, .limit = 2'000}).value();
  };
  EXPECT_EQ(all(target->documents()), all(stores.documents));
  std::size_t compared = 0;
  ASSERT_TRUE(stores.log.read(0, stores.log.committed(), [&](const store::LogEntry& entry) {
    EXPECT_TRUE(target->log().read(entry.position - 1, entry.position, [&](const store::LogEntry& copy) {
      EXPECT_EQ(copy.time, entry.time);
      EXPECT_EQ(copy.record, entry.record);
      ++compared;
      return true;
    }));
    return true;
  }));
  EXPECT_EQ(compared, moved->records);
}

TEST_F(MoveStore, WhatIsMovedDecidesLearnsAndReplaysAsBefore) {
  ASSERT_TRUE(move());
  ASSERT_TRUE(finish());
  const service::Ports ports{target->documents(), target->log(),   stores.clock,
                             stores.entropy,      stores.outgoing, nullptr};
  service::Campaigns campaigns;
  base::Metrics metrics;
  service::Learning learning(ports, campaigns, metrics);
  ASSERT_TRUE(learning.load_all());
  auto live = campaigns.find("default", "c");
  live->learned.arms.advance(source.last_logged());
  EXPECT_EQ(ArmValues(live->learned.arms), source.in_service(*source.campaigns.find("default", "c")));
  const auto replayed = service::Replay(ports, campaigns).run("default", uuid);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_TRUE(replayed->differences.empty());
}

TEST_F(MoveStore, ATargetThatHoldsSomethingIsRefused) {
  ASSERT_TRUE(target->documents().put({"d", "c"}, {{"_id", "x"}}));
  EXPECT_EQ(move().error().kind, ErrorKind::conflict);
  EXPECT_EQ(told, 0u);
  ASSERT_TRUE(target->documents().remove({"d", "c"}, "x"));
  EXPECT_TRUE(move());
  ASSERT_TRUE(finish());
  EXPECT_EQ(move().error().kind, ErrorKind::conflict) << "it was moved";
}

TEST_F(MoveStore, GoesOnWhereItBrokeOff) {
  const auto entries = source.entries();
  ASSERT_TRUE(move());
  open();
  EXPECT_EQ(move("another").error().kind, ErrorKind::conflict);
  // As if it had ended in the middle: half of the documents, and what came later in the source.
  ASSERT_TRUE(target->documents().write({store::RemovePrefix{{"shop", "customers"}, "7"}}));
  EXPECT_EQ(service::finish_move(from, {target->documents(), target->log()}).error().kind, ErrorKind::internal);
  source.decided("c");
  const auto again = move();
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->records, 1u);
  EXPECT_TRUE(finish());
}

TEST_F(MoveStore, APrunedLogMovesToAnotherEmbeddedStoreOnly) {
  const auto& definition = *source.campaigns.find("default", "c")->current();
  const auto end = stores.log.committed();
  ASSERT_TRUE(service::write_baseline(stores.log, definition, store::LogVector(end)));
  ASSERT_TRUE(*stores.log.prune(store::LogVector(end)));
  EXPECT_TRUE(move());
  EXPECT_TRUE(finish());
  SharedStores shared;
  Stores node(shared, 1);
  const auto refused = service::move_store(from, {node.documents, node.log}, "one", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::precondition);
}

TEST_F(MoveStore, AFinishThatFindsLessIsAnError) {
  ASSERT_TRUE(move());
  source.decided("c");
  const auto held = finish();
  ASSERT_FALSE(held);
  EXPECT_THAT(held.error().message, testing::HasSubstr("the log: the target holds"));
}

}  // namespace
}  // namespace proffer::tests
