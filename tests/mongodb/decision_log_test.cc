// The log on MongoDB against the suite of its port, and what several nodes promise each other.
#include "adapters/mongodb/decision_log.h"

#include "conformance/decision_log_suite.h"
#include "mongodb/log_world.h"
#include "store/baseline.h"
#include "store/merged_read.h"

namespace proffer::tests {
namespace {

using testing::Contains;
using testing::SizeIs;

class MongoLogHarness final : public LogHarness {
 public:
  explicit MongoLogHarness(const base::Clock& clock) : node_(clock, new_database()) {}
  store::DecisionLog& log() override { return node_.log(); }
  void fail_commits(bool fail) override { fail ? node_.network().cut() : node_.network().mend(); }
  bool reopen() override {
    node_.close();
    node_.open();
    return true;
  }
  store::LogPosition markers() override { return 1; }

 private:
  LogNode node_;
};

std::unique_ptr<LogHarness> make(const base::Clock& clock) { return std::make_unique<MongoLogHarness>(clock); }

INSTANTIATE_TEST_SUITE_P(MongoDb, DecisionLogSuite, testing::Values(LogFactory{"MongoDb", make}),
                         [](const auto& instance) { return instance.param.name; });
INSTANTIATE_TEST_SUITE_P(MongoDb, DurableDecisionLogSuite, testing::Values(LogFactory{"MongoDb", make}),
                         [](const auto& instance) { return instance.param.name; });

class MongoNodes : public testing::Test {
 protected:
  std::unique_ptr<LogNode> node(bool goes_on_alone = false) {
    return std::make_unique<LogNode>(clock_, database_, goes_on_alone);
  }

  struct Appended {
    store::Reservation at;
    std::shared_ptr<std::atomic<int>> done = std::make_shared<std::atomic<int>>(0);  // 1: committed, -1: failed
  };
  Appended append(LogNode& to, decision::Record record) {
    Appended appended{*to.log().reserve(), std::make_shared<std::atomic<int>>(0)};
    to.log().append(appended.at, std::move(record),
                    [done = appended.done](const base::Status& status) { *done = status ? 1 : -1; });
    static_cast<void>(to.log().flush());
    return appended;
  }
  Appended decide(LogNode& on, const std::string& customer = "c-1", std::optional<decision::CallKey> call = {}) {
    clock_.advance(base::Micros{1'000});
    auto record = sample_decision(clock_.now(), customer);
    record.call = std::move(call);
    return append(on, std::move(record));
  }
  Appended accept(LogNode& on, const store::Reservation& decision, std::uint32_t place) {
    clock_.advance(base::Micros{1'000});
    auto record = sample_outcome(clock_.now(), decision.position, decision.time);
    record.accepted.front().place = place;
    return append(on, std::move(record));
  }

  // What a node sees of all logs, without the records that say nothing.
  std::vector<store::LogPosition> seen(LogNode& by) {
    clock_.advance(2 * base::limits::nodes_known_for);  // a new node is looked for now and then
    EXPECT_TRUE(by.log().refresh());
    std::vector<store::LogPosition> found;
    EXPECT_TRUE(store::read_merged(by.log(), {}, by.log().ends(), [&](const store::LogEntry& entry) {
      const auto* marker = std::get_if<decision::RecomputationRecord>(&entry.record);
      if (marker == nullptr || marker->campaign != 0) found.push_back(entry.position);
      return true;
    }));
    return found;
  }

  SharedClock clock_;
  std::string database_ = new_database();
};

TEST_F(MongoNodes, EachHasANumberOfItsOwnAndKeepsIt) {
  auto one = node(), two = node();
  EXPECT_EQ(one->log().node(), 1u);
  EXPECT_EQ(two->log().node(), 2u);
  two->close();
  auto three = node();  // a number that was given back is given again
  EXPECT_EQ(three->log().node(), 2u);
  two->open();
  EXPECT_EQ(two->log().node(), 3u);
}

TEST_F(MongoNodes, ReadEachOthersRecordsInTheOrderOfTime) {
  auto one = node(), two = node();
  const auto a = decide(*one), b = decide(*two), c = decide(*two), d = decide(*one);
  const std::vector<store::LogPosition> all{a.at.position, b.at.position, c.at.position, d.at.position};
  EXPECT_EQ(seen(*one), all);
  EXPECT_EQ(seen(*two), all);
  one->close();
  one->open();
  EXPECT_EQ(seen(*one), all);
  auto three = node();  // with nothing in memory
  EXPECT_EQ(seen(*three), all);
}

TEST_F(MongoNodes, FindADecisionJustMadeOnAnother) {
  auto one = node(), two = node();
  const auto made = decide(*one);
  const auto found = two->log().find_decision(sample_decision(made.at.time).uuid);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->position, made.at.position);
  accept(*two, made.at, 1);
  EXPECT_THAT(*one->log().outcomes_of(made.at.position), SizeIs(1));
}

TEST_F(MongoNodes, ListTheDecisionsOfAllNewestFirst) {
  auto one = node(), two = node();
  std::vector<store::LogPosition> expected;
  for (int i = 0; i < 40; ++i) {
    expected.insert(expected.begin(), decide(i % 3 == 0 ? *two : *one, i % 2 == 0 ? "even" : "odd").at.position);
  }
  seen(*two);
  std::vector<store::LogPosition> found;
  store::DecisionQuery query;
  query.limit = 7;
  for (;;) {
    const auto page = two->log().query(query);
    ASSERT_TRUE(page) << page.error().message;
    for (const auto& entry : page->entries) found.push_back(entry.position);
    if (!page->next) break;
    query.before = page->next;
  }
  EXPECT_EQ(found, expected);
}

TEST_F(MongoNodes, RecordACallOnce) {
  auto one = node(), two = node();
  const decision::CallKey call{"POST /invocations default", "key", 7};
  const auto first = decide(*one, "c-1", call);
  EXPECT_EQ(*first.done, 1);
  const auto repeated = decide(*two, "c-1", call);  // as it would without having looked
  EXPECT_EQ(*repeated.done, -1);
  ASSERT_TRUE(two->log().refresh());
  ASSERT_TRUE(two->log().resume());
  const auto found = two->log().find_call(call.route, call.key, base::Time{});
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->position, first.at.position);
  EXPECT_EQ(*decide(*two).done, 1) << "and goes on";
  EXPECT_THAT(seen(*one), SizeIs(2));
}

TEST_F(MongoNodes, RecordAnAcceptanceOnce) {
  auto one = node(), two = node();
  const auto made = decide(*one);
  EXPECT_EQ(*accept(*one, made.at, 1).done, 1);
  EXPECT_EQ(*accept(*two, made.at, 1).done, -1);
  ASSERT_TRUE(two->log().refresh());
  ASSERT_TRUE(two->log().resume());
  EXPECT_EQ(*accept(*two, made.at, 2).done, 1);
  EXPECT_THAT(*one->log().outcomes_of(made.at.position), SizeIs(2));
}

TEST_F(MongoNodes, WithoutTheDatabaseEverythingFailsUntilItIsBack) {
  auto one = node();
  EXPECT_EQ(*decide(*one).done, 1);
  one->network().cut();
  EXPECT_EQ(*decide(*one).done, -1);
  EXPECT_FALSE(one->log().reserve());
  EXPECT_FALSE(one->log().refresh());
  EXPECT_FALSE(one->log().resume());
  one->network().mend();
  for (int i = 0; i < 200 && !one->log().refresh(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{20});
  ASSERT_TRUE(one->log().resume());
  EXPECT_EQ(*decide(*one).done, 1);
  EXPECT_THAT(seen(*one), SizeIs(2));
}

TEST_F(MongoNodes, GoOnAloneWhereTheyMay) {
  auto one = node(true), two = node();
  const auto before = decide(*one);
  one->network().cut();
  const auto made = decide(*one, "c-2");
  EXPECT_EQ(*made.done, 1);
  EXPECT_TRUE(one->log().is_alone());
  EXPECT_EQ(*accept(*one, made.at, 1).done, 1);
  EXPECT_EQ(*accept(*one, before.at, 1).done, 1);
  EXPECT_THAT(*one->log().outcomes_of(made.at.position), SizeIs(1));
  EXPECT_TRUE(*one->log().find_decision(sample_decision(made.at.time).uuid));
  EXPECT_THAT(seen(*two), SizeIs(1));
  one->network().mend();
  for (int i = 0; i < 200 && one->log().is_alone(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{20});
  EXPECT_FALSE(one->log().is_alone());
  EXPECT_THAT(seen(*two), SizeIs(4));
  EXPECT_EQ(*decide(*one).done, 1);
  EXPECT_THAT(seen(*two), SizeIs(5));
}

TEST_F(MongoNodes, WhatWasSpooledComesIntoTheDatabaseAtTheNextStart) {
  auto one = node(true), two = node();
  one->network().cut();
  decide(*one);
  decide(*one);
  ASSERT_TRUE(one->log().set_aside("note"));
  one->close();
  one->network().mend();
  one->open();
  EXPECT_FALSE(one->log().is_alone());
  EXPECT_THAT(seen(*two), SizeIs(2));
  std::vector<std::string> notes;
  const auto look = [&](std::string_view note) -> base::Status {
    notes.emplace_back(note);
    return {};
  };
  ASSERT_TRUE(one->log().visit_aside(look));
  EXPECT_THAT(notes, testing::ElementsAre("note"));
  EXPECT_EQ(one->log().spooled_bytes(), 0u);
}

TEST_F(MongoNodes, WhatASpoolLeftDoesNotLetANodeGoOnAloneThatMayNot) {
  auto one = node(true), two = node();
  one->network().cut();
  decide(*one);
  ASSERT_TRUE(one->log().set_aside("note"));
  one->close();
  one->network().mend();
  one->may_go_on_alone(false);
  one->open();
  EXPECT_THAT(seen(*two), SizeIs(1));
  one->network().cut();
  EXPECT_EQ(*decide(*one).done, -1);
  EXPECT_FALSE(one->log().is_alone());
  EXPECT_FALSE(one->log().set_aside("another"));
  one->network().mend();
}

TEST_F(MongoNodes, WhatOthersHaveRecordedMeanwhileIsTakenBackFromTheSpool) {
  auto one = node(true), two = node();
  const auto made = decide(*one);
  const decision::CallKey call{"POST /invocations default", "key", 7};
  one->network().cut();
  EXPECT_EQ(*decide(*one, "c-1", call).done, 1);
  EXPECT_EQ(*accept(*one, made.at, 1).done, 1);
  EXPECT_EQ(*accept(*one, made.at, 2).done, 1);
  EXPECT_EQ(*decide(*two, "c-1", call).done, 1);
  EXPECT_EQ(*accept(*two, made.at, 1).done, 1);
  one->network().mend();
  for (int i = 0; i < 200 && one->log().is_alone(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{20});
  EXPECT_THAT(seen(*two), SizeIs(1 + 2 + 2)) << "the repeated call is gone, the repeated acceptance is empty";
  std::size_t accepted = 0;
  const auto outcomes = two->log().outcomes_of(made.at.position);
  ASSERT_TRUE(outcomes);
  for (const auto& entry : *outcomes) {
    accepted += std::get<decision::OutcomeRecord>(entry.record).accepted.size();
  }
  EXPECT_EQ(accepted, 2u);
  EXPECT_EQ(*decide(*one).done, -1) << "what it has folded is not what was written";
  ASSERT_TRUE(one->log().refresh());
  ASSERT_TRUE(one->log().resume());
  EXPECT_EQ(*decide(*one).done, 1);
  EXPECT_EQ(seen(*one), seen(*two));
}

TEST_F(MongoNodes, AFullSpoolRefuses) {
  auto one = node(true);
  one->network().cut();
  int refused = 0;
  for (int i = 0; i < 40 && refused == 0; ++i) {
    auto record = sample_decision(clock_.now());
    record.in_params = std::string(50'000, 'x');
    refused += *append(*one, std::move(record)).done == -1 ? 1 : 0;
  }
  EXPECT_EQ(refused, 1);
  EXPECT_FALSE(one->log().reserve());
  one->network().mend();
  for (int i = 0; i < 200 && one->log().is_alone(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{20});
  ASSERT_TRUE(one->log().refresh());
  ASSERT_TRUE(one->log().resume());
  EXPECT_EQ(*decide(*one).done, 1);
}

TEST_F(MongoNodes, PruneWhatAVectorHolds) {
  auto one = node(), two = node();
  std::vector<store::Reservation> old, kept;
  for (int i = 0; i < 6; ++i) old.push_back(decide(i % 2 == 0 ? *one : *two).at);
  const auto cut = clock_.now() + base::Micros{1};
  clock_.advance(std::chrono::seconds{1});
  for (int i = 0; i < 4; ++i) kept.push_back(decide(i % 2 == 0 ? *one : *two).at);
  EXPECT_FALSE(*one->log().is_pruned());
  const auto up_to = *one->log().before(cut);
  EXPECT_TRUE(up_to.holds(old[4].position) && up_to.holds(old[5].position));
  EXPECT_FALSE(up_to.holds(kept[0].position) || up_to.holds(kept[1].position));
  ASSERT_TRUE(store::save_baseline(one->log(), 1, {up_to, "state"}));
  for (bool more = true; more;) {
    const auto pruned = one->log().prune(up_to);
    ASSERT_TRUE(pruned) << pruned.error().message;
    more = *pruned;
  }
  EXPECT_TRUE(*two->log().is_pruned());
  EXPECT_EQ(**two->log().oldest(), kept[0].time);
  two->log().forget_recent();
  for (auto* each : {one.get(), two.get()}) {
    EXPECT_THAT(seen(*each), SizeIs(5)) << "and the baseline";
    EXPECT_FALSE(*each->log().find_decision(sample_decision(old[1].time).uuid));
    EXPECT_TRUE(*each->log().find_decision(sample_decision(kept[1].time).uuid));
    const auto baseline = store::load_baseline(each->log(), 1);
    ASSERT_TRUE(baseline && *baseline);
    EXPECT_EQ((*baseline)->state, "state");
  }
  one->close();
  one->open();
  EXPECT_THAT(seen(*one), SizeIs(5));
  EXPECT_EQ(*decide(*one).done, 1);
}

TEST_F(MongoNodes, RenameACustomerInTheLogsOfAll) {
  auto one = node(), two = node();
  const auto made = decide(*one, "ann");
  decide(*two, "ann");
  decide(*two, "bob");
  EXPECT_EQ(*two->log().rename_customer({{1}, "ann", "nobody"}), 2u);
  one->log().forget_recent();
  for (auto* each : {one.get(), two.get()}) {
    seen(*each);
    store::DecisionQuery query;
    query.customer = "ann";
    EXPECT_THAT(each->log().query(query)->entries, SizeIs(0));
    query.customer = "nobody";
    EXPECT_THAT(each->log().query(query)->entries, SizeIs(2));
    const auto found = each->log().find_decision(sample_decision(made.at.time).uuid);
    ASSERT_TRUE(found && *found);
    EXPECT_EQ(std::get<decision::DecisionRecord>((*found)->record).customer, "nobody");
    EXPECT_TRUE(std::get<decision::DecisionRecord>((*found)->record).erased);
  }
}

TEST_F(MongoNodes, HoldLeasesOneAtATime) {
  auto connection = adapters::MongoConnection::open(shared_mongo_server().address());
  ASSERT_TRUE(connection) << connection.error().message;
  adapters::MongoLeases one(**connection, database_, "one", clock_), two(**connection, database_, "two", clock_);
  EXPECT_TRUE(*one.take("job", std::chrono::seconds{5}));
  EXPECT_FALSE(*two.take("job", std::chrono::seconds{5}));
  EXPECT_TRUE(*two.take("another", std::chrono::seconds{5}));
  clock_.advance(std::chrono::seconds{4});
  EXPECT_TRUE(*one.take("job", std::chrono::seconds{5})) << "renewed";
  clock_.advance(std::chrono::seconds{4});
  EXPECT_FALSE(*two.take("job", std::chrono::seconds{5}));
  clock_.advance(std::chrono::seconds{2});
  EXPECT_TRUE(*two.take("job", std::chrono::seconds{5})) << "passes on";
  ASSERT_TRUE(two.give_back("job"));
  EXPECT_TRUE(*one.take("job", std::chrono::seconds{5}));
}

TEST_F(MongoNodes, KeepALargeCheckpointWhole) {
  auto one = node(), two = node();
  store::Checkpoint checkpoint{7, one->log().ends(), std::string(20 << 20, 'a')};
  checkpoint.folded.advance(two->log().committed());
  ASSERT_TRUE(one->log().save_checkpoint(checkpoint));
  checkpoint.state += "b";
  ASSERT_TRUE(one->log().save_checkpoint(checkpoint));
  const auto found = two->log().load_checkpoint(7);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->folded, checkpoint.folded);
  EXPECT_TRUE((*found)->state == checkpoint.state);
}

}  // namespace
}  // namespace proffer::tests
