// The log port in memory: for tests. The same queue, order and encoding as on disk; keeps nothing.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adapters/memory/faults.h"
#include "base/clock.h"
#include "store/commit_queue.h"
#include "store/decision_log.h"
#include "store/segment.h"

namespace proffer::adapters {

// What is stored: one for each log, or one that several nodes share.
struct MemoryRecords {
  struct Stored {
    base::Time time;
    std::string bytes;  // empty: it was pruned
  };

  std::mutex mutex;                                      // guards what follows
  std::map<std::uint32_t, std::vector<Stored>> records;  // by node; record 1 is the first
  std::multimap<store::LogPosition, store::LogPosition> outcomes;
  std::map<std::pair<std::string, std::string>, store::LogPosition> calls;  // by route and key
  std::map<std::uint32_t, store::Checkpoint> checkpoints;
  std::map<std::uint32_t, store::BaselineSpan> baselines;
};

class MemoryDecisionLog final : public store::DecisionLog {
 public:
  // `clock` and `faults` must outlive the log; null faults: nothing fails.
  explicit MemoryDecisionLog(const base::Clock& clock, Faults* faults = nullptr);
  // One node of several that share records; `node` is 1 or more.
  MemoryDecisionLog(const base::Clock& clock, std::shared_ptr<MemoryRecords> shared, std::uint32_t node,
                    Faults* faults = nullptr);

  using store::DecisionLog::reserve;
  base::Result<store::Reservation> reserve(base::Time after) override { return queue_.reserve(after); }
  void append(const store::Reservation& at, decision::Record record, Done done) override;
  store::LogPosition committed() const override { return queue_.committed(); }
  bool is_shared() const override { return node_ != 0; }
  store::LogVector ends() const override;
  base::Status refresh() override;
  base::Status resume() override;
  base::Status flush() override { return queue_.flush(); }

  base::Status read(store::LogPosition after, store::LogPosition up_to,
                    const std::function<bool(const store::LogEntry&)>& visit) override;
  base::Result<std::optional<store::LogEntry>> find_decision(const base::Uuid& uuid) override;
  base::Result<std::vector<store::LogEntry>> outcomes_of(store::LogPosition decision) override;
  base::Result<store::DecisionPage> query(const store::DecisionQuery& query) override;
  base::Result<std::optional<store::LogEntry>> find_call(std::string_view route, std::string_view key,
                                                         base::Time since) override;
  base::Status save_checkpoint(const store::Checkpoint& checkpoint) override;
  base::Result<std::optional<store::Checkpoint>> load_checkpoint(std::uint32_t campaign) override;

  base::Result<std::optional<store::BaselineSpan>> find_baseline(std::uint32_t campaign) override;
  base::Result<store::LogVector> before(base::Time time) override;
  base::Result<std::optional<base::Time>> oldest() override;
  base::Result<bool> is_pruned() override;
  base::Result<bool> prune(const store::LogVector& up_to) override;
  base::Result<std::size_t> rename_customer(const store::Renaming& renaming) override;
  base::Status import_entries(std::span<const store::LogEntry> entries) override;

 private:
  using Stored = MemoryRecords::Stored;

  base::Status before_write() { return faults_ == nullptr ? base::Status{} : faults_->before_write(); }
  base::Status commit(std::span<const store::PendingRecord> batch);
  void keep_keys(const store::PendingRecord& record);
  store::LogPosition pruned_of(std::uint32_t node) const;
  std::vector<store::LogPosition> positions_at(base::Time time) const;
  // The record at a position that is committed, or nothing.
  std::optional<Stored> stored(store::LogPosition position) const;
  base::Result<std::optional<store::LogEntry>> entry(store::LogPosition position) const;

  Faults* faults_;
  const std::uint32_t node_;
  std::shared_ptr<MemoryRecords> kept_;
  mutable std::mutex seen_mutex_;  // guards what follows
  store::LogVector seen_;          // of all nodes, as of the last refresh()
  store::CommitQueue queue_;       // last: its thread uses what stands above
};

}  // namespace proffer::adapters
