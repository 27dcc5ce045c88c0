// Writing this node's log: each commit one document, in order, without holes, once.
//
// A document whose answer was lost is known again by its batch. After a failed commit a record that changes nothing is
// put at the next position: whatever was still under way to there finds its place taken, so what is committed is known.
//
// While the database is away and the node may go on alone, documents go into the spool; then they follow in order,
// before any other.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/mongodb/log_collection.h"
#include "adapters/mongodb/node.h"
#include "adapters/mongodb/recent_segments.h"
#include "adapters/mongodb/spool.h"

namespace proffer::adapters {

class LogWriter {
 public:
  // All must outlive it. Where the node may not go on alone, commits fail without the database.
  LogWriter(LogCollection& collection, RecentSegments& recent, MongoNode& node, const base::Clock& clock,
            bool may_go_alone);

  // Takes over the spool, with what an earlier process left there. Once, before anything else. Errors: `internal` for
  // what no LogWriter wrote.
  base::Status take_spool(std::unique_ptr<Spool> spool, std::vector<Spool::Entry> spooled);

  base::Status commit(std::span<const store::PendingRecord> batch);

  // After a failed commit, or at start: the last record that is committed, given the last that is known to be.
  base::Result<store::Reservation> fence(store::Reservation known);

  // The database does not answer: from here on records go into the spool. False: this node may not go on alone.
  bool go_alone();
  bool is_alone() const { return alone_.load(std::memory_order_acquire); }
  // Brings the spool into the database, as far as that is there; when all is in, the node is not alone any more.
  base::Status drain();
  // The spooled segments from a position on, in order.
  std::vector<LogSegmentPtr> spooled_from(store::LogPosition position) const;
  std::size_t spooled_bytes() const;

  base::Status set_aside(std::string_view note);
  // Gives the notes to `look`, in order; those on which it does not fail are forgotten. The first failure.
  base::Status visit_aside(const std::function<base::Status(std::string_view)>& look);

 private:
  struct Spooled {
    std::string bytes;  // the document
    LogSegmentPtr segment;
  };

  std::string next_batch();
  base::Status keep_in_spool(const WrittenSegment& written);
  base::Status drain_one(const Spooled& front);
  base::Result<WrittenSegment> without_repeats(const LogSegment& segment);
  base::Result<bool> was_recorded(const decision::CallKey& call, base::Time time);
  base::Result<decision::Record> without_repeats(const decision::LogEntry& entry);
  void pop_front();
  base::Status come_back();
  base::Status clear_when_empty();
  base::Status lost_number() const;

  LogCollection& collection_;
  RecentSegments& recent_;
  MongoNode& node_;
  const base::Clock& clock_;
  const std::string batches_;  // what the names of this process's batches begin with
  std::uint64_t batch_ = 0;
  const bool may_go_alone_;
  std::atomic<bool> alone_{false};
  std::atomic<bool> rewritten_{false};  // records of the spool were taken back: what was folded is not what is written

  mutable std::mutex mutex_;  // guards what follows
  std::unique_ptr<Spool> spool_;
  std::deque<Spooled> spooled_;
  std::deque<std::string> notes_;
};

}  // namespace proffer::adapters
