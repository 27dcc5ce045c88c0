// The log port on SQLite: one row for each commit (docs/formats/store.md).
#pragma once

#include <functional>
#include <memory>

#include "adapters/sqlite/customer_index.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/log_segments.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "store/commit_queue.h"
#include "store/decision_log.h"
#include "store/decision_query.h"

namespace proffer::adapters {

class SqliteDecisionLog final : public store::DecisionLog {
 public:
  // `index_due` is called, on the log's thread, whenever write_indexes() has something to do.
  static base::Result<std::unique_ptr<SqliteDecisionLog>> open(Database& database, const base::Clock& clock,
                                                               std::function<void()> index_due);

  using store::DecisionLog::reserve;
  base::Result<store::Reservation> reserve(base::Time after) override { return queue_.reserve(after); }
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

  base::Result<std::optional<store::BaselineSpan>> find_baseline(std::uint32_t campaign) override;
  base::Result<store::LogVector> before(base::Time time) override;
  base::Result<std::optional<base::Time>> oldest() override;
  base::Result<bool> is_pruned() override;
  base::Result<bool> prune(const store::LogVector& up_to) override;
  base::Result<std::size_t> rename_customer(const store::Renaming& renaming) override;
  base::Status import_entries(std::span<const store::LogEntry> entries) override;

  void count_commits(base::Counter& commits) { commits_ = &commits; }
  base::Status write_indexes() { return customers_->write_runs(); }

 private:
  SqliteDecisionLog(Database& database, std::unique_ptr<LogSegments> segments, std::unique_ptr<CustomerIndex> customers,
                    const base::Clock& clock, store::Reservation last, std::function<void()> index_due);
  base::Status commit(std::span<const store::PendingRecord> batch);
  base::Status scan(store::DecisionCollector& page, store::LogPosition before);
  base::Status scan_customer(store::DecisionCollector& page, store::LogPosition before);
  base::Result<std::vector<store::LogPosition>> decisions_of(const store::Renaming& renaming);
  base::Result<std::size_t> rename_in(const store::Segment& segment, std::span<const store::LogPosition> positions,
                                      const store::Renaming& renaming);
  base::Result<store::LogPosition> scan_start(const store::DecisionQuery& query);

  Database& database_;
  std::unique_ptr<LogSegments> segments_;
  std::unique_ptr<CustomerIndex> customers_;
  std::function<void()> index_due_;
  base::Counter* commits_ = nullptr;
  store::CommitQueue queue_;  // last: its thread uses what stands above
};

}  // namespace proffer::adapters
