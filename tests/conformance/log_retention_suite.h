// What every DecisionLog promises of baselines, pruning, renaming and moving. An adapter's test instantiates it as it
// does the suite of the port.
#pragma once

#include "base/hash.h"
#include "conformance/decision_log_suite.h"
#include "store/baseline.h"

namespace proffer::tests {

class LogRetentionSuite : public DecisionLogSuite {
 protected:
  // One commit each, a second apart.
  std::vector<store::Reservation> append_apart(int decisions, const std::string& customer = "c-1") {
    std::vector<store::Reservation> places;
    for (int i = 0; i < decisions; ++i) {
      places.push_back(append_decision(customer));
      EXPECT_TRUE(log().flush());
      clock_.advance(std::chrono::seconds{1});
    }
    return places;
  }
  void prune_all(const store::LogVector& up_to) {
    for (;;) {
      const auto more = log().prune(up_to);
      ASSERT_TRUE(more) << more.error().message;
      if (!*more) return;
    }
  }
  decision::DecisionRecord decision_at(const store::Reservation& at) {
    const auto entries = read(at.position - 1, at.position);
    return entries.empty() ? decision::DecisionRecord{} : std::get<decision::DecisionRecord>(entries[0].record);
  }
  std::vector<store::LogEntry> everything() { return read(0, log().committed()); }
};

TEST_P(LogRetentionSuite, TellsWhatWasStoredBeforeATime) {
  EXPECT_TRUE(log().before(sample_time)->empty());
  EXPECT_FALSE(*log().oldest());
  const auto places = append_apart(5);
  EXPECT_TRUE(log().before(places[0].time)->empty());
  EXPECT_EQ(log().before(places[3].time)->end(0), places[2].position);
  EXPECT_EQ(log().before(places[3].time + base::Micros{1})->end(0), places[3].position);
  EXPECT_EQ(log().before(places[4].time + std::chrono::hours{1})->end(0), places[4].position);
  EXPECT_EQ(**log().oldest(), places[0].time);
  EXPECT_FALSE(*log().is_pruned());
}

TEST_P(LogRetentionSuite, FindsTheLastBaselineThatIsWhole) {
  append_apart(1);
  EXPECT_FALSE(*store::load_baseline(log(), 1));
  ASSERT_TRUE(store::save_baseline(log(), 1, {store::LogVector(1), "first"}));
  append_apart(1);
  std::string large(base::limits::baseline_part_bytes * 2 + 7, 'x');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 % 251);
  ASSERT_TRUE(store::save_baseline(log(), 1, {store::LogVector(2), large}));
  ASSERT_TRUE(store::save_baseline(log(), 2, {store::LogVector(2), ""}));
  append([](base::Time) { return decision::BaselineRecord{1, store::LogVector(3), 0, false, "not whole"}; });
  ASSERT_TRUE(log().flush());
  for (int round = 0; round < 2; ++round) {
    const auto found = store::load_baseline(log(), 1);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ((*found)->folded, store::LogVector(2));
    EXPECT_EQ((*found)->state, large);
    EXPECT_EQ((*store::load_baseline(log(), 2))->state, "");
    EXPECT_FALSE(*store::load_baseline(log(), 3));
    if (!harness_->reopen()) break;
  }
}

TEST_P(LogRetentionSuite, PrunesWhatAVectorHoldsAndKeepsTheRest) {
  const auto old = append_apart(20);
  append_outcome(old[3]);
  ASSERT_TRUE(log().flush());
  const auto kept = append_apart(10);
  append_outcome(kept[0]);
  append_outcome(old[4]);
  ASSERT_TRUE(log().flush());
  prune_all(store::LogVector(kept[0].position - 1));
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(*log().is_pruned());
    EXPECT_EQ(**log().oldest(), kept[0].time);
    EXPECT_EQ(positions(everything()).front(), kept[0].position);
    EXPECT_EQ(everything().size(), 12u);
    EXPECT_EQ(positions(read(kept[3].position - 1, kept[4].position)).size(), 2u);
    for (const auto& at : old) EXPECT_FALSE(*log().find_decision(sample_decision(at.time).uuid));
    for (const auto& at : kept) EXPECT_TRUE(*log().find_decision(sample_decision(at.time).uuid));
    EXPECT_EQ(listed({.limit = 3}).size(), 10u);
    EXPECT_EQ(listed({.customer = "c-1", .limit = 3}).size(), 10u);
    EXPECT_EQ(listed({.to = kept[2].time, .limit = 3}).size(), 2u);
    EXPECT_TRUE(log().outcomes_of(old[3].position)->empty());
    EXPECT_EQ(log().outcomes_of(kept[0].position)->size(), 1u);
    EXPECT_TRUE(log().before(kept[0].time)->end(0) < kept[0].position);
    if (round == 1 || !harness_->reopen()) break;
  }
  const auto next = append_decision();
  EXPECT_EQ(next.position, kept.back().position + 3);
  ASSERT_TRUE(log().flush());
  EXPECT_EQ(everything().size(), 13u);
}

TEST_P(LogRetentionSuite, PruningNeverTakesTheLastRecord) {
  const auto places = append_apart(3);
  prune_all(store::LogVector(places.back().position));
  EXPECT_EQ(positions(everything()), std::vector{places.back().position});
  if (harness_->reopen()) {
    EXPECT_EQ(log().committed(), places.back().position);
  }
}

TEST_P(LogRetentionSuite, PruningGoesInSteps) {
  constexpr int many = static_cast<int>(base::limits::prune_records) * 5 / 2;
  for (int i = 0; i < many; ++i) {
    append_decision();
    if (i % 500 == 0) {
      ASSERT_TRUE(log().flush());
    }
  }
  ASSERT_TRUE(log().flush());
  int steps = 0;
  while (*log().prune(store::LogVector(many - 1))) ++steps;
  EXPECT_GE(steps, 2);
  EXPECT_LE(everything().size(), base::limits::log_batch_records);
}

TEST_P(LogRetentionSuite, RenamesACustomerInDecisionsAndOutcomes) {
  const auto named = [&](base::Time time) {
    auto record = sample_decision(time, "ann");
    record.in_params = R"({"customer":"ann","friends":["bob","ann"],"n":1})";
    record.gathered = R"({"features":{"id":"ann"}})";
    record.tracking = "ann";
    return record;
  };
  const auto first = append(named);
  const auto other = append_decision("bob");
  const auto foreign = append_decision("ann", 2);
  const auto outcome = append([&](base::Time time) {
    auto record = sample_outcome(time, first.position, first.time);
    record.customer = record.person = base::hash_text("ann");
    return record;
  });
  const auto last = append(named);
  ASSERT_TRUE(log().flush());
  const auto before = everything();
  const auto renamed = log().rename_customer({{1}, "ann", "stranger"});
  ASSERT_TRUE(renamed) << renamed.error().message;
  EXPECT_EQ(*renamed, 3u);
  for (int round = 0; round < 2; ++round) {
    const auto after = everything();
    ASSERT_EQ(after.size(), before.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
      EXPECT_EQ(after[i].position, before[i].position);
      EXPECT_EQ(after[i].time, before[i].time);
    }
    for (const auto& at : {first, last}) {
      const auto record = decision_at(at);
      EXPECT_EQ(record.customer, "stranger");
      EXPECT_EQ(record.tracking, "stranger");
      EXPECT_EQ(record.in_params, R"({"customer":"stranger","friends":["bob","stranger"],"n":1})");
      EXPECT_EQ(record.gathered, R"({"features":{"id":"stranger"}})");
      EXPECT_TRUE(record.erased);
      EXPECT_EQ(record.shown, named(at.time).shown);
    }
    const auto changed = std::get<decision::OutcomeRecord>(read(outcome.position - 1, outcome.position)[0].record);
    EXPECT_EQ(changed.customer, base::hash_text("stranger"));
    EXPECT_EQ(changed.person, base::hash_text("stranger"));
    EXPECT_EQ(after[1].record, before[1].record);
    EXPECT_EQ(after[2].record, before[2].record);
    EXPECT_EQ(listed({.customer = "stranger"}), (std::vector{last.position, first.position}));
    EXPECT_EQ(listed({.customer = "ann"}), std::vector{foreign.position});
    EXPECT_EQ(listed({.customer = "bob"}), std::vector{other.position});
    if (round == 1 || !harness_->reopen()) break;
  }
  EXPECT_EQ(*log().rename_customer({{1}, "ann", "again"}), 0u);
}

TEST_P(LogRetentionSuite, TakesInTheRecordsOfAnotherLog) {
  std::vector<store::LogEntry> entries;
  RandomRecords random(7);
  for (int i = 0; i < 200; ++i) {
    const auto time = sample_time + std::chrono::milliseconds{i};
    auto record = i % 10 == 0 ? decision::Record(sample_decision(time)) : random.next(time);
    entries.push_back({static_cast<store::LogPosition>(i + 41), time, std::move(record)});
  }
  ASSERT_TRUE(log().import_entries(std::span(entries).first(120)));
  EXPECT_EQ(log().import_entries(std::span(entries).subspan(121)).error().kind, base::ErrorKind::conflict);
  ASSERT_TRUE(log().import_entries(std::span(entries).subspan(120)));
  if (!harness_->reopen()) return;  // it keeps nothing
  EXPECT_EQ(log().committed(), 240u);
  const auto found = everything();
  ASSERT_EQ(found.size(), entries.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].position, entries[i].position);
    EXPECT_EQ(found[i].time, entries[i].time);
    EXPECT_EQ(found[i].record, entries[i].record) << i;
  }
  EXPECT_EQ((*log().find_decision(sample_decision(entries[50].time).uuid))->position, 91u);
  EXPECT_EQ(append_decision().position, 241u);
}

}  // namespace proffer::tests
