// The logging collections behind the log.
#include "service/log_copies.h"

#include <gmock/gmock.h>

#include "service/world.h"

namespace proffer::tests {
namespace {

using testing::SizeIs;

class LogCopies : public testing::Test {
 protected:
  std::vector<store::Document> all(const store::Collection& collection) {
    return stores_.documents.scan(collection, {}, {}).value();
  }

  Stores stores_;
  World world_{stores_};
  service::LogCopies copies_{world_.ports, world_.campaigns, {}};
};

TEST_F(LogCopies, HoldEveryDecisionOutcomeAndExposure) {
  world_.campaign("shop", {"a", "b", "c"});
  const auto made = world_.decided("shop", 2, "customer");
  EXPECT_EQ(*copies_.run(), false);
  EXPECT_THAT(all(service::collections::contacts), SizeIs(1));
  EXPECT_EQ(all(service::collections::contacts)[0].at("uuid").as_string(), made.record.uuid.to_string());
  EXPECT_THAT(all(service::collections::responses), SizeIs(0));
  auto exposures = all(service::collections::exposures);
  ASSERT_THAT(exposures, SizeIs(2));
  EXPECT_EQ(exposures[0].at("accepted"), 0);
  EXPECT_EQ(exposures[0].at("rank"), 1);
  ASSERT_TRUE(world_.responded(made.record.uuid, {offer_at(made, 0)}));
  EXPECT_EQ(*copies_.run(), false);
  EXPECT_THAT(all(service::collections::responses), SizeIs(1));
  exposures = all(service::collections::exposures);
  ASSERT_THAT(exposures, SizeIs(2));
  EXPECT_EQ(exposures[0].at("accepted"), 1);
  EXPECT_EQ(exposures[1].at("accepted"), 0);
}

TEST_F(LogCopies, GoOnWhereTheyWereAndAreWrittenAgainWhenAsked) {
  world_.campaign("shop", {"a"});
  for (std::size_t i = 0; i < base::limits::copied_records + 10; ++i) world_.decided("shop");
  EXPECT_EQ(*copies_.run(), true) << "there is more";
  EXPECT_EQ(*copies_.run(), false);
  const auto count = [&] {
    store::ScanOptions options;
    options.limit = 10'000;
    return stores_.documents.scan(service::collections::contacts, {}, options)->size();
  };
  EXPECT_EQ(count(), base::limits::copied_records + 10);
  const auto some = all(service::collections::contacts)[7];
  ASSERT_TRUE(stores_.documents.remove(service::collections::contacts, some.at("_id").as_string()));
  EXPECT_EQ(*copies_.run(), false);
  EXPECT_EQ(count(), base::limits::copied_records + 9) << "what is written is not looked at again";
  ASSERT_TRUE(copies_.rewrite());
  while (*copies_.run()) {
  }
  EXPECT_EQ(count(), base::limits::copied_records + 10);
  EXPECT_TRUE(*stores_.documents.get(service::collections::contacts, some.at("_id").as_string()) == some);
}

TEST_F(LogCopies, KeepTheOptionsStoreUpToWhatWasLearned) {
  const auto live = world_.campaign("shop", {"a", "b"});
  const auto made = world_.decided("shop", 2);
  ASSERT_TRUE(world_.responded(made.record.uuid, {"a"}));
  const auto where = service::options_store(*live->current());
  const auto before = all(where);
  ASSERT_THAT(before, SizeIs(2));
  EXPECT_EQ(before[0].at("alpha").to_number<double>(), 1);
  ASSERT_TRUE(copies_.copy_options());
  const auto after = all(where);
  ASSERT_THAT(after, SizeIs(2));
  EXPECT_EQ(after[0].at("_id"), before[0].at("_id"));
  EXPECT_EQ(after[0].at("alpha").to_number<double>(), 2);
  EXPECT_EQ(after[0].at("propensity").to_number<double>(), 1);
  EXPECT_NEAR(after[1].at("beta").to_number<double>(), 1.1, 1e-12);
}

TEST_F(LogCopies, AFailedWriteIsMadeUpFor) {
  world_.campaign("shop", {"a"});
  world_.decided("shop");
  stores_.document_faults.fail_all(true);
  EXPECT_FALSE(copies_.run());
  stores_.document_faults.fail_all(false);
  EXPECT_EQ(*copies_.run(), false);
  EXPECT_THAT(all(service::collections::contacts), SizeIs(1));
}

}  // namespace
}  // namespace proffer::tests
