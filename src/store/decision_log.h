// The log port: decisions and outcomes in one total order, acknowledged when committed.
//
// Writing takes two steps. reserve() hands out the next position and a time later than all before; the caller decides,
// folds and then append()s the record to its reservation. Records become durable in order of position, many in one
// commit. So a campaign that reserves and folds under one lock sees exactly the order of the log, and campaigns do not
// wait for each other.
//
// Where nodes share a database each writes a log of its own and reads those of all (decision/log_position.h).
//
// After a commit fails, every reservation not yet committed fails too (`done` gets the error), reserve() answers
// `unavailable`, and so it stays until resume(): the owner must first fold its arms anew from what is committed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "decision/record.h"

namespace proffer::store {

using decision::LogEntry;
using decision::LogPosition;
using decision::LogVector;

struct Reservation {
  LogPosition position = 0;
  base::Time time;
};

// Which decisions a listing wants: all set conditions hold. Newest first.
struct DecisionQuery {
  std::optional<std::vector<std::uint32_t>> campaigns = {};  // their numbers
  std::optional<std::string> customer = {};
  std::optional<base::Time> from = {};     // stored time >= from
  std::optional<base::Time> to = {};       // stored time < to
  std::optional<LogPosition> before = {};  // positions below this: the continuation of a page
  std::size_t limit = 100;                 // 1 to limits::page_rows
};

// What one call of query() found. A search through a long log stops after limits::log_scan_records, so a page can be
// short, even empty, without being the last one.
struct DecisionPage {
  std::vector<LogEntry> entries;
  std::optional<LogPosition> next;  // give it as `before` for the next page; nothing: there is no more
};

// An opaque picture of what was learned, for a start that reads only what follows it.
struct Checkpoint {
  std::uint32_t campaign = 0;
  LogVector folded;  // the records that it includes
  std::string state;
};

// Where a baseline stands in the log: from its first part to its last.
struct BaselineSpan {
  LogPosition first = 0;
  LogPosition last = 0;
};

// A customer, as he is called in the records of some campaigns, and what he is to be called.
struct Renaming {
  std::vector<std::uint32_t> campaigns;  // their numbers
  std::string from;
  std::string to;
};

class DecisionLog {
 public:
  virtual ~DecisionLog() = default;

  // The next place of this node's log, at a time later than `after` and all before. `unavailable` when
  // limits::log_queue_records or log_queue_bytes are waiting, or after a failed commit.
  virtual base::Result<Reservation> reserve(base::Time after) = 0;
  base::Result<Reservation> reserve() { return reserve(base::Time::min()); }

  // Every reservation must be appended, at once and exactly once. `done` runs on the log's own thread, once, when the
  // record is committed or has failed: it must be short and must not call the log.
  using Done = std::function<void(const base::Status&)>;
  virtual void append(const Reservation&, decision::Record, Done done) = 0;

  virtual LogPosition committed() const = 0;  // the last committed position of this node
  // Whether other nodes write as well; then ends() is the last committed record of each, as far as it is known here
  // after refresh() has looked for more.
  virtual bool is_shared() const { return false; }
  virtual LogVector ends() const { return committed(); }
  virtual base::Status refresh() { return {}; }
  // After a failed commit; fails while the cause lasts. Some of what failed may turn out to be committed: ends() tells.
  virtual base::Status resume() = 0;
  // Returns when all that was appended before is committed or failed; the failure, if the log is not resumed yet.
  virtual base::Status flush() = 0;

  // Calls `visit` for committed entries with after < position <= up_to, both of one node, in order, until it returns
  // false. `visit` may call the log's reading functions. (Of all nodes: store/merged_read.h.)
  virtual base::Status read(LogPosition after, LogPosition up_to,
                            const std::function<bool(const LogEntry&)>& visit) = 0;

  // The committed entry of a decision.
  virtual base::Result<std::optional<LogEntry>> find_decision(const base::Uuid& uuid) = 0;
  // The committed outcomes of a decision, in order.
  virtual base::Result<std::vector<LogEntry>> outcomes_of(LogPosition decision) = 0;
  virtual base::Result<DecisionPage> query(const DecisionQuery& query) = 0;
  // The last committed record of a call with this key to this route (which names its project too), at or after `since`.
  // Calls older than limits::idempotency_lifetime may be forgotten.
  virtual base::Result<std::optional<LogEntry>> find_call(std::string_view route, std::string_view key,
                                                          base::Time since) = 0;

  // Where a node may go on while the database that it shares is away: whether it does now, its records waiting in a
  // place of its own. A note that is set aside is kept there durably, and shown when the database is back; what `look`
  // does not fail on is forgotten. Records of before complete_up_to() are in the database, those of every node that may
  // have gone on alone.
  virtual bool is_alone() const { return false; }
  virtual base::Status set_aside(std::string_view) {
    return base::fail(base::ErrorKind::unavailable, "the database is away");
  }
  virtual base::Status visit_aside(const std::function<base::Status(std::string_view)>&) { return {}; }

  virtual base::Result<base::Time> complete_up_to() { return base::Time::max(); }

  virtual base::Status save_checkpoint(const Checkpoint& checkpoint) = 0;
  virtual base::Result<std::optional<Checkpoint>> load_checkpoint(std::uint32_t campaign) = 0;

  // ---- Retention and erasure. A kind of log that knows nothing of them keeps everything.

  // The last committed baseline of a campaign; of a baseline in parts, only when all are committed.
  virtual base::Result<std::optional<BaselineSpan>> find_baseline(std::uint32_t) { return std::nullopt; }
  // The last committed record of each node that was stored before `time`.
  virtual base::Result<LogVector> before(base::Time) { return LogVector{}; }
  // When the oldest record that is there was stored; nothing in an empty log.
  virtual base::Result<std::optional<base::Time>> oldest() { return std::nullopt; }
  // Whether records were pruned: then what stands before oldest() is gone.
  virtual base::Result<bool> is_pruned() { return false; }
  // Removes records that `up_to` holds, for good, and what is kept beside them: at most about limits::prune_records in
  // one call, and where records are kept in groups, only groups that it holds whole. False when there is no more to
  // remove. Positions and times of the others stay. read() and the listings leave out what was removed.
  virtual base::Result<bool> prune(const LogVector&) { return false; }
  // Renames a customer in every committed record, marks his decisions as erased, and gives how many records that were.
  // What is left of the old name on the disk is overwritten. Position and time of the records stay.
  virtual base::Result<std::size_t> rename_customer(const Renaming&) {
    return base::fail(base::ErrorKind::unsupported, "this kind of log cannot rename customers");
  }

  // What is kept in memory of records is read anew: another node has renamed a customer.
  virtual void forget_recent() {}

  // ---- Moving

  // Takes in records of another store, with their positions and times, behind those of their node that are here. They
  // are committed when it returns. Nothing may be reserved before the log is opened anew. Errors: conflict when they
  // do not follow on what is here; invalid for nodes that this kind of log cannot hold.
  virtual base::Status import_entries(std::span<const LogEntry>) {
    return base::fail(base::ErrorKind::unsupported, "this kind of log takes in no records of another store");
  }
};

}  // namespace proffer::store
