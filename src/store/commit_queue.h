// The order of the log: hands out positions and times, gathers what was appended, and commits it in groups on a thread
// of its own. What a commit is, the adapter says.
//
// Life of a place: reserved -> appended -> in a commit -> settled (its `done` was called). Places are committed in
// order of position; one that was reserved and not yet appended holds up all behind it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/decision_log.h"

namespace proffer::store {

// A record on its way into a commit, encoded by the thread that appended it.
struct PendingRecord {
  Reservation at;
  std::string bytes;
  std::optional<std::uint64_t> customer_hash;  // of a decision
  LogPosition outcome_of = 0;                  // the decision that an outcome belongs to; 0: not an outcome
  std::vector<std::uint32_t> places;           // of its slate that were accepted
  std::unique_ptr<decision::CallKey> call;     // null: none
  LogPosition baseline_from = 0;               // of the last part of a baseline: its first; 0: not that
  std::uint32_t campaign = 0;                  // of a baseline
  DecisionLog::Done done;
};

PendingRecord make_pending(const Reservation& at, decision::Record&& record, DecisionLog::Done done);

class CommitQueue {
 public:
  // Makes the records durable, all or none. Runs on the queue's thread only.
  using Commit = std::function<base::Status(std::span<const PendingRecord>)>;

  // `last`: position and time of the last record committed so far.
  CommitQueue(const base::Clock& clock, Reservation last, Commit commit);
  ~CommitQueue();  // commits what was appended, then stops
  CommitQueue(const CommitQueue&) = delete;
  CommitQueue& operator=(const CommitQueue&) = delete;

  // As DecisionLog says.
  base::Result<Reservation> reserve(base::Time after);
  void append(PendingRecord record);
  LogPosition committed() const { return committed_.load(std::memory_order_acquire); }
  base::Status flush();
  // Opens the queue again when `probe`, which tries whether a commit would work, succeeds. What it gives is the last
  // record that is committed, where more is than the queue knows.
  base::Status resume(const std::function<base::Result<std::optional<Reservation>>()>& probe);

 private:
  struct Slot {
    PendingRecord record;
    bool appended = false;
  };
  struct Rejected {
    DecisionLog::Done done;
    base::Status status;
  };

  Slot& slot(LogPosition position) { return slots_[position & (slots_.size() - 1)]; }
  bool is_open(const Reservation& at) const;
  bool front_is_appended() const { return first_ < next_ && slots_[first_ & (slots_.size() - 1)].appended; }
  bool has_work() const { return front_is_appended() || !rejected_.empty() || stopping_; }
  bool is_full() const;
  void grow();
  void run();
  void take_batch();
  void settle(const base::Status& status);
  void drop_open_slots(const base::Status& why);
  void call_back(const base::Status& status);

  const base::Clock& clock_;
  const Commit commit_;
  std::atomic<LogPosition> committed_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable work_;
  std::condition_variable settled_changed_;
  std::vector<Slot> slots_;       // a ring of a power of two: the slot of `position` is position mod its size
  LogPosition first_;             // the first position that is not in a commit yet
  LogPosition next_;              // the first that is not reserved
  LogPosition appended_ = 0;      // the highest that was appended
  LogPosition settled_;           // all up to here were called back
  std::size_t queued_bytes_ = 0;  // appended and not in a commit yet
  base::Time last_time_;
  std::optional<base::Error> failure_;  // why the last commit failed, until resume()
  std::uint64_t failures_ = 0;          // that were called back
  std::vector<Rejected> rejected_;      // appended too late: only to be called back
  bool stopping_ = false;

  // Of the queue's thread only.
  std::size_t last_batch_ = 0;
  std::vector<PendingRecord> batch_;
  std::vector<Rejected> rejected_batch_;
  std::thread thread_;
};

}  // namespace proffer::store
