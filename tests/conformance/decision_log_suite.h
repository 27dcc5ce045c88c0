// What every DecisionLog promises. An adapter's test instantiates it with a way to make one.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/limits.h"
#include "conformance/sample_records.h"
#include "store/decision_log.h"

namespace proffer::tests {

// A log with its surroundings.
class LogHarness {
 public:
  virtual ~LogHarness() = default;
  virtual store::DecisionLog& log() = 0;
  virtual void fail_commits(bool fail) = 0;
  virtual bool reopen() = 0;  // closes and opens it again; false: this kind keeps nothing
  // Records that change nothing, which this kind writes whenever it is opened or resumed.
  virtual store::LogPosition markers() { return 0; }
};

struct LogFactory {
  std::string name;
  std::unique_ptr<LogHarness> (*make)(const base::Clock& clock);
};

// A clock that many threads may read and set.
class SharedClock final : public base::Clock {
 public:
  base::Time now() const override { return time_at(micros_.load()); }
  void set(base::Time to) { micros_ = to.time_since_epoch().count(); }
  void advance(base::Micros by) { micros_ += by.count(); }

 private:
  std::atomic<std::int64_t> micros_{sample_time.time_since_epoch().count()};
};

class DecisionLogSuite : public testing::TestWithParam<LogFactory> {
 protected:
  store::DecisionLog& log() { return harness_->log(); }

  // Appends what `make` gives for the reserved time; its result is counted when it is committed.
  template <class Make>
  store::Reservation append(Make make) {
    const auto at = log().reserve();
    EXPECT_TRUE(at) << at.error().message;
    log().append(*at, make(at->time), [this](const base::Status& status) { status ? ++committed_ : ++failed_; });
    return *at;
  }

  store::Reservation append_decision(std::string customer = "c-1", std::uint32_t campaign = 1) {
    return append([&](base::Time time) { return sample_decision(time, customer, campaign); });
  }

  store::Reservation append_outcome(const store::Reservation& decision) {
    return append([&](base::Time time) {
      auto record = sample_outcome(time, decision.position, decision.time);
      record.accepted.front().place = place_++;  // no offer of a decision is accepted twice
      return record;
    });
  }

  store::Reservation append_call(std::string route, std::string key) {
    return append([&](base::Time time) {
      auto record = sample_decision(time);
      record.call = decision::CallKey{route, key, 7};
      return record;
    });
  }

  // No call is recorded twice, and no offer of a decision accepted twice.
  static void record_once(decision::Record& record, std::uint32_t number) {
    if (auto* outcome = std::get_if<decision::OutcomeRecord>(&record)) {
      for (std::uint32_t i = 0; i < outcome->accepted.size(); ++i) outcome->accepted[i].place = number * 100 + i;
    }
    std::visit(
        [number](auto& r) {
          if constexpr (requires { r.call; }) {
            if (r.call) r.call->key += std::to_string(number);
          }
        },
        record);
  }

  // What the log held when it was new: records that its kind writes by itself. Positions here are counted behind it.
  void SetUp() override {
    first_ = log().committed();
    if (decision::record_of(first_) != 0) clock_.advance(base::Micros{1});
    start_ = clock_.now();
  }
  store::LogPosition committed() { return log().committed() - first_; }

  std::vector<store::LogEntry> read(store::LogPosition after, store::LogPosition up_to) {
    std::vector<store::LogEntry> entries;
    const auto status = log().read(first_ + after, first_ + up_to, [&](const store::LogEntry& entry) {
      entries.push_back(entry);
      return true;
    });
    EXPECT_TRUE(status) << status.error().message;
    return entries;
  }

  std::vector<store::LogPosition> positions(const std::vector<store::LogEntry>& entries) {
    std::vector<store::LogPosition> found;
    for (const auto& entry : entries) found.push_back(entry.position - first_);
    return found;
  }

  // Of `places`, every fifth is an outcome.
  void expect_decisions_found(const std::vector<store::Reservation>& places) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      const auto found = log().find_decision(sample_decision(places[i].time).uuid);
      ASSERT_TRUE(found) << found.error().message;
      ASSERT_EQ(found->has_value(), i % 5 != 4) << i;  // an outcome is no decision
      if (*found) {
        EXPECT_EQ((*found)->position, places[i].position);
      }
    }
  }

  // All pages of a query.
  std::vector<store::LogPosition> listed(store::DecisionQuery query) {
    std::vector<store::LogPosition> found;
    for (;;) {
      const auto page = log().query(query);
      EXPECT_TRUE(page) << page.error().message;
      if (!page) return found;
      EXPECT_LE(page->entries.size(), query.limit);
      for (const auto position : positions(page->entries)) found.push_back(position);
      if (!page->next) return found;
      query.before = page->next;
    }
  }

  SharedClock clock_;
  std::unique_ptr<LogHarness> harness_ = GetParam().make(clock_);
  std::atomic<int> committed_{0};
  std::atomic<int> failed_{0};
  store::LogPosition first_ = 0;
  base::Time start_;

 private:
  std::uint32_t place_ = 0;
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(DecisionLogSuite, AnEmptyLogHasNothing) {
  EXPECT_EQ(committed(), 0u);
  EXPECT_THAT(read(0, 1'000), IsEmpty());
  EXPECT_FALSE(*log().find_decision(base::make_uuid(sample_time, 1)));
  EXPECT_THAT(*log().outcomes_of(first_ + 1), IsEmpty());
  EXPECT_THAT(listed({}), IsEmpty());
  EXPECT_FALSE(*log().find_call("r", "k", base::Time{}));
  EXPECT_FALSE(*log().load_checkpoint(1));
  EXPECT_TRUE(log().flush());
  EXPECT_TRUE(log().resume());
}

TEST_P(DecisionLogSuite, PositionsGoUpByOneAndTimesGoUpThoughTheClockStandsOrGoesBack) {
  const auto first = append_decision();
  const auto second = append_decision();
  clock_.advance(base::Micros{-5'000'000});
  const auto third = append_decision();
  clock_.advance(base::Micros{10'000'000});
  const auto fourth = append_decision();
  EXPECT_EQ(first.position, first_ + 1);
  EXPECT_EQ(fourth.position, first_ + 4);
  EXPECT_EQ(first.time, start_);
  EXPECT_EQ(second.time, first.time + base::Micros{1});
  EXPECT_EQ(third.time, first.time + base::Micros{2});
  EXPECT_EQ(fourth.time, start_ + base::Micros{5'000'000});
}

TEST_P(DecisionLogSuite, WhatIsCommittedReadsBackEqual) {
  std::vector<decision::Record> written;
  RandomRecords random(17);
  for (int i = 0; i < 300; ++i) {
    append([&](base::Time time) {
      auto record = random.next(time);
      record_once(record, static_cast<std::uint32_t>(i));
      return written.emplace_back(std::move(record));
    });
  }
  ASSERT_TRUE(log().flush());
  EXPECT_EQ(committed_, 300);
  const auto entries = read(0, 1'000'000);
  ASSERT_EQ(entries.size(), written.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(entries[i].position, first_ + i + 1);
    EXPECT_EQ(entries[i].time, start_ + base::Micros{static_cast<int>(i)});
    EXPECT_TRUE(entries[i].record == written[i]) << "record " << i;
  }
}

TEST_P(DecisionLogSuite, RecordsAreCommittedInOrderHoweverTheyAreAppended) {
  std::mutex mutex;
  std::vector<store::LogPosition> order;
  std::vector<store::Reservation> places;
  for (int i = 0; i < 5; ++i) places.push_back(*log().reserve());
  for (const std::size_t i : {4, 2, 0, 3, 1}) {
    log().append(places[i], sample_decision(places[i].time), [&, i](const base::Status& status) {
      const std::lock_guard lock(mutex);
      if (status) order.push_back(places[i].position - first_);
    });
    if (i == 2) {
      EXPECT_EQ(committed(), 0u);  // the first place is still open
    }
  }
  ASSERT_TRUE(log().flush());
  EXPECT_THAT(order, ElementsAre(1, 2, 3, 4, 5));
}

TEST_P(DecisionLogSuite, ReadsExactlyTheRangeAskedForAndStopsWhenTold) {
  for (int i = 0; i < 10; ++i) {
    append_decision();
    if (i % 3 == 0) {
      ASSERT_TRUE(log().flush());  // several commits of different sizes
    }
  }
  ASSERT_TRUE(log().flush());
  EXPECT_THAT(positions(read(3, 6)), ElementsAre(4, 5, 6));
  EXPECT_THAT(positions(read(8, 100)), ElementsAre(9, 10));
  EXPECT_THAT(read(10, 100), IsEmpty());
  EXPECT_THAT(read(5, 5), IsEmpty());
  int calls = 0;
  ASSERT_TRUE(log().read(first_ + 2, first_ + 9, [&](const store::LogEntry&) { return ++calls < 3; }));
  EXPECT_EQ(calls, 3);
}

TEST_P(DecisionLogSuite, FindsDecisionsByUuidOnly) {
  std::vector<store::Reservation> places;
  for (int i = 0; i < 50; ++i) {
    clock_.advance(base::Micros{i % 3});
    places.push_back(i % 5 == 4 ? append_outcome(places[0]) : append_decision());
    if (i % 7 == 0) {
      ASSERT_TRUE(log().flush());
    }
  }
  ASSERT_TRUE(log().flush());
  expect_decisions_found(places);
  if (harness_->reopen()) expect_decisions_found(places);  // now that nothing is in memory
  const auto known = sample_decision(places[0].time).uuid;
  EXPECT_FALSE(*log().find_decision({known.high, known.low ^ 1}));
  EXPECT_FALSE(*log().find_decision({known.high ^ 0xf000, known.low}));  // another version
  EXPECT_FALSE(*log().find_decision(base::make_uuid(sample_time - std::chrono::hours{1}, 1)));
  EXPECT_FALSE(*log().find_decision(base::make_uuid(sample_time + std::chrono::hours{1}, 1)));
  EXPECT_FALSE(*log().find_decision(base::Uuid{}));
}

TEST_P(DecisionLogSuite, OutcomesOfADecisionComeInOrder) {
  const auto first = append_decision();
  const auto second = append_decision();
  append_outcome(first);
  append_outcome(second);
  append_outcome(first);
  ASSERT_TRUE(log().flush());
  EXPECT_THAT(positions(*log().outcomes_of(first.position)), ElementsAre(3, 5));
  EXPECT_THAT(positions(*log().outcomes_of(second.position)), ElementsAre(4));
  EXPECT_THAT(*log().outcomes_of(first_ + 3), IsEmpty());
}

TEST_P(DecisionLogSuite, FindsTheLastCallWithAKeyToARoute) {
  append_call("default /invocations", "k");
  append_call("other /invocations", "k");
  append_call("default /invocations", std::string("with\0nul", 8));
  ASSERT_TRUE(log().flush());
  const auto position = [&](std::string_view route, std::string_view key, base::Time since) {
    const auto found = log().find_call(route, key, since);
    EXPECT_TRUE(found) << found.error().message;
    return *found ? (*found)->position - first_ : 0;
  };
  EXPECT_EQ(position("default /invocations", "k", base::Time{}), 1u);
  EXPECT_EQ(position("other /invocations", "k", base::Time{}), 2u);
  EXPECT_EQ(position("default /invocations", std::string_view("with\0nul", 8), base::Time{}), 3u);
  EXPECT_EQ(position("default /invocations", "with", base::Time{}), 0u);
  clock_.advance(base::limits::idempotency_lifetime + base::Micros{1'000'000});  // the key may come again
  const auto again = append_call("default /invocations", "k");
  ASSERT_TRUE(log().flush());
  EXPECT_EQ(position("default /invocations", "k", base::Time{}), 4u);
  EXPECT_EQ(position("default /invocations", "k", again.time), 4u);
  EXPECT_EQ(position("default /invocations", "k", again.time + base::Micros{1}), 0u);
}

TEST_P(DecisionLogSuite, ListsDecisionsNewestFirstByEveryCondition) {
  std::vector<store::Reservation> places;
  for (int i = 0; i < 60; ++i) {
    clock_.advance(base::Micros{10});
    if (i % 10 == 9) {
      append_outcome(places[0]);
    } else {
      places.push_back(append_decision(i % 2 == 0 ? "even" : "odd", static_cast<std::uint32_t>(i % 3)));
    }
    if (i % 8 == 0) {
      ASSERT_TRUE(log().flush());
    }
  }
  ASSERT_TRUE(log().flush());

  const auto expected = [&](auto&& wanted) {
    std::vector<store::LogPosition> found;
    for (int i = 59; i >= 0; --i) {
      if (i % 10 != 9 && wanted(i)) found.push_back(static_cast<store::LogPosition>(i + 1));
    }
    return found;
  };
  const base::Time from = start_ + base::Micros{100}, to = start_ + base::Micros{400};
  for (const std::size_t limit : {1, 7, 100}) {
    store::DecisionQuery query;
    query.limit = limit;
    EXPECT_EQ(listed(query), expected([](int) { return true; }));
    query.campaigns = {2, 0};
    EXPECT_EQ(listed(query), expected([](int i) { return i % 3 != 1; }));
    query.customer = "odd";
    EXPECT_EQ(listed(query), expected([](int i) { return i % 3 != 1 && i % 2 == 1; }));
    query.from = from;
    query.to = to;  // the decision i has the time (i + 1) * 10
    EXPECT_EQ(listed(query), expected([](int i) { return i % 3 != 1 && i % 2 == 1 && i >= 9 && i < 39; }));
    query.campaigns.reset();
    query.customer.reset();
    EXPECT_EQ(listed(query), expected([](int i) { return i >= 9 && i < 39; }));
    query.before = first_ + 20;
    EXPECT_EQ(listed(query), expected([](int i) { return i >= 9 && i < 19; }));
  }
  EXPECT_THAT(listed({.customer = "nobody"}), IsEmpty());
  EXPECT_THAT(listed({.campaigns = std::vector<std::uint32_t>{}}), IsEmpty());
  EXPECT_THAT(listed({.to = start_}), IsEmpty());
  EXPECT_THAT(listed({.from = clock_.now() + base::Micros{100}}), IsEmpty());
}

TEST_P(DecisionLogSuite, RefusesAPageSizeOutOfRange) {
  EXPECT_EQ(log().query({.limit = 0}).error().kind, base::ErrorKind::invalid);
  EXPECT_EQ(log().query({.limit = base::limits::page_rows + 1}).error().kind, base::ErrorKind::invalid);
}

TEST_P(DecisionLogSuite, KeepsTheLastCheckpointOfEachCampaign) {
  ASSERT_TRUE(log().save_checkpoint({7, 10, "old"}));
  ASSERT_TRUE(log().save_checkpoint({8, 11, std::string("\0binary\xff", 8)}));
  ASSERT_TRUE(log().save_checkpoint({7, 12, std::string(100'000, 'x')}));
  const auto seven = log().load_checkpoint(7);
  ASSERT_TRUE(seven && *seven);
  EXPECT_EQ((*seven)->campaign, 7u);
  EXPECT_EQ((*seven)->folded, 12u);
  EXPECT_EQ((*seven)->state.size(), 100'000u);
  EXPECT_EQ((**log().load_checkpoint(8)).state, std::string("\0binary\xff", 8));
}

TEST_P(DecisionLogSuite, FlushWaitsForAllThatWasAppended) {
  for (int round = 1; round <= 20; ++round) {
    for (int i = 0; i < 100; ++i) append_decision();
    ASSERT_TRUE(log().flush());
    EXPECT_EQ(committed_, round * 100);
    EXPECT_EQ(committed(), static_cast<store::LogPosition>(round * 100));
  }
}

TEST_P(DecisionLogSuite, AFullQueueRefusesUntilItIsCommitted) {
  std::vector<store::Reservation> places;
  for (std::size_t i = 0; i < base::limits::log_queue_records; ++i) places.push_back(*log().reserve());
  const auto refused = log().reserve();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::unavailable);
  for (const auto& at : places) log().append(at, decision::ResetRecord{1}, [](const base::Status&) {});
  ASSERT_TRUE(log().flush());
  EXPECT_EQ(committed(), base::limits::log_queue_records);
  append_decision();
  ASSERT_TRUE(log().flush());
}

TEST_P(DecisionLogSuite, LargeRecordsFillTheQueueByTheirBytes) {
  const auto open = *log().reserve();  // holds up all behind it
  std::size_t places = 0;
  for (auto at = log().reserve(); at; at = log().reserve(), ++places) {
    auto record = sample_decision(at->time);
    record.in_params = std::string(base::limits::body_decision_bytes, 'x');
    log().append(*at, std::move(record), [](const base::Status&) {});
    ASSERT_LT(places, 1'000u);
  }
  EXPECT_GE(places, base::limits::log_queue_bytes / base::limits::body_decision_bytes - 1);
  log().append(open, decision::ResetRecord{1}, [](const base::Status&) {});
  ASSERT_TRUE(log().flush());
  EXPECT_EQ(committed(), places + 1);
  EXPECT_EQ(std::get<decision::DecisionRecord>(read(places, places + 1)[0].record).in_params.size(),
            base::limits::body_decision_bytes);
}

TEST_P(DecisionLogSuite, AFailedCommitFailsEveryOpenPlaceUntilResumed) {
  append_decision();
  ASSERT_TRUE(log().flush());

  const auto open = *log().reserve();  // holds up the next, so both fail together
  harness_->fail_commits(true);
  append_decision();
  const auto never = *log().reserve();
  log().append(open, sample_decision(open.time),
               [&](const base::Status& status) { status ? ++committed_ : ++failed_; });
  EXPECT_FALSE(log().flush());
  EXPECT_EQ(committed_, 1);
  EXPECT_EQ(failed_, 2);
  const auto refused = log().reserve();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::unavailable);
  EXPECT_FALSE(log().resume()) << "the cause lasts";
  EXPECT_FALSE(log().reserve());

  harness_->fail_commits(false);
  ASSERT_TRUE(log().resume());
  const auto next = *log().reserve();
  EXPECT_EQ(next.position, first_ + 2 + harness_->markers()) << "positions of failed records are given again";
  EXPECT_GT(next.time, never.time) << "times are not";
  // A place from before the failure is lost, even though its position is in use again.
  std::atomic<bool> lost = false;
  log().append({next.position, open.time}, sample_decision(open.time), [&](const base::Status& s) { lost = !s; });
  log().append(never, sample_decision(never.time), [&](const base::Status&) {});
  log().append(next, sample_decision(next.time), [&](const base::Status&) {});
  append_decision();
  ASSERT_TRUE(log().flush());
  EXPECT_EQ(committed(), 3u + harness_->markers());
  EXPECT_TRUE(lost);
  const auto entries = read(0, 100);
  ASSERT_EQ(entries.size(), 3u + harness_->markers());
  EXPECT_EQ(entries[entries.size() - 2].time, next.time);
}

TEST_P(DecisionLogSuite, ManyThreadsGetOneGaplessOrder) {
  constexpr int threads = 8, each = 2'000;
  std::mutex mutex;
  std::vector<store::LogPosition> acknowledged;  // in the order of their callbacks
  std::vector<std::thread> appenders;
  for (int t = 0; t < threads; ++t) {
    appenders.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        auto at = log().reserve();
        while (!at) at = log().reserve();  // the queue may be full for a moment
        log().append(*at, sample_decision(at->time, "t-" + std::to_string(t)), [&, at](const base::Status& status) {
          const std::lock_guard lock(mutex);
          if (status) acknowledged.push_back(at->position);
        });
      }
    });
  }
  for (auto& thread : appenders) thread.join();
  ASSERT_TRUE(log().flush());
  ASSERT_EQ(acknowledged.size(), static_cast<std::size_t>(threads * each));
  EXPECT_TRUE(std::is_sorted(acknowledged.begin(), acknowledged.end()));

  std::map<std::string, int> by_customer;
  base::Time last{};
  store::LogPosition expected = first_ + 1;
  for (const auto& entry : read(0, threads * each)) {
    EXPECT_EQ(entry.position, expected++);
    EXPECT_GT(entry.time, last);
    last = entry.time;
    const auto& record = std::get<decision::DecisionRecord>(entry.record);
    EXPECT_EQ(record.uuid, sample_decision(entry.time).uuid);
    ++by_customer[record.customer];
  }
  EXPECT_EQ(by_customer.size(), static_cast<std::size_t>(threads));
  for (const auto& [customer, count] : by_customer) EXPECT_EQ(count, each);
}

TEST_P(DecisionLogSuite, ReadersSeeWhatIsCommittedWhileOthersAppend) {
  std::atomic<bool> stop = false;
  std::thread appender([&] {
    while (!stop) {
      const auto at = log().reserve();
      if (at) log().append(*at, sample_decision(at->time), [](const base::Status&) {});
    }
  });
  for (int round = 0; round < 50; ++round) {
    const auto last = committed();
    const auto after = last > 500 ? last - 500 : 0;
    EXPECT_EQ(read(after, last).size(), last - after);
    const auto page = log().query({.limit = 5});
    ASSERT_TRUE(page) << page.error().message;
    if (last > 5) {
      EXPECT_EQ(page->entries.size(), 5u);
    }
    for (const auto& entry : page->entries) {
      const auto found = log().find_decision(std::get<decision::DecisionRecord>(entry.record).uuid);
      ASSERT_TRUE(found && *found);
      EXPECT_EQ((*found)->position, entry.position);
    }
  }
  stop = true;
  appender.join();
}

// Of logs that outlive the process.
class DurableDecisionLogSuite : public DecisionLogSuite {};

TEST_P(DurableDecisionLogSuite, ReopeningKeepsEverythingAndGoesOnBehindIt) {
  const auto decision = append_decision();
  append_outcome(decision);
  append_call("r", "k");
  ASSERT_TRUE(log().save_checkpoint({1, 2, "state"}));
  ASSERT_TRUE(log().flush());
  ASSERT_TRUE(harness_->reopen());

  const auto last = 3 + harness_->markers();
  EXPECT_EQ(committed(), last);
  EXPECT_EQ((*log().find_decision(sample_decision(decision.time).uuid))->position, first_ + 1);
  EXPECT_THAT(positions(*log().outcomes_of(first_ + 1)), ElementsAre(2));
  EXPECT_EQ((*log().find_call("r", "k", base::Time{}))->position, first_ + 3);
  EXPECT_EQ((*log().load_checkpoint(1))->state, "state");
  EXPECT_THAT(listed({.customer = "c-1"}), ElementsAre(3, 1));
  EXPECT_THAT(listed({}), ElementsAre(3, 1));
  clock_.advance(base::Micros{-1'000'000});
  const auto next = append_decision();
  EXPECT_EQ(next.position, first_ + last + 1);
  EXPECT_EQ(next.time, decision.time + base::Micros{static_cast<int>(last)});
  ASSERT_TRUE(log().flush());
  EXPECT_THAT(listed({.customer = "c-1"}), ElementsAre(last + 1, 3, 1));
}

TEST_P(DurableDecisionLogSuite, ClosingCommitsWhatWasAppended) {
  for (int i = 0; i < 500; ++i) append_decision();
  ASSERT_TRUE(harness_->reopen());
  EXPECT_EQ(committed_, 500);
  EXPECT_EQ(committed(), 500u + harness_->markers());
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DecisionLogSuite);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DurableDecisionLogSuite);

}  // namespace proffer::tests
