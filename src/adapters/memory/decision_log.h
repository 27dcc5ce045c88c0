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

class MemoryDecisionLog final : public store::DecisionLog {
 public:
  // `clock` and `faults` must outlive the log; null faults: nothing fails.
  explicit MemoryDecisionLog(const base::Clock& clock, Faults* faults = nullptr);

  base::Result<store::Reservation> reserve() override { return queue_.reserve(); }
  void append(const store::Reservation& at, decision::Record record, Done done) override;
  store::LogPosition committed() const override { return queue_.committed(); }
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

 private:
  struct Stored {
    base::Time time;
    std::string bytes;
  };

  base::Status before_write() { return faults_ == nullptr ? base::Status{} : faults_->before_write(); }
  base::Status commit(std::span<const store::PendingRecord> batch);
  // The record at a position that is committed, or nothing.
  std::optional<Stored> stored(store::LogPosition position);
  base::Result<std::optional<store::LogEntry>> entry(store::LogPosition position);

  Faults* faults_;
  std::mutex mutex_;             // guards what follows
  std::vector<Stored> records_;  // position 1 is records_[0]
  std::multimap<store::LogPosition, store::LogPosition> outcomes_;
  std::map<std::pair<std::string, std::string>, store::LogPosition> calls_;  // by route and key
  std::map<std::uint32_t, store::Checkpoint> checkpoints_;
  store::CommitQueue queue_;  // last: its thread uses what stands above
};

}  // namespace proffer::adapters
