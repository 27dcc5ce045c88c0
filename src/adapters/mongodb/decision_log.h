// The log port on MongoDB: one document a commit, in a collection that all nodes write and read (docs/formats/log.md).
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "adapters/mongodb/log_collection.h"
#include "adapters/mongodb/log_writer.h"
#include "adapters/mongodb/node.h"
#include "adapters/mongodb/recent_segments.h"
#include "base/metrics.h"
#include "store/commit_queue.h"
#include "store/decision_log.h"

namespace proffer::adapters {

struct MongoLogOptions {
  std::string database = "proffer";
  std::string holder;           // who this node is: the same whenever it has this directory
  std::string directory;        // this node's own, for its spool; locked by the caller
  bool goes_on_alone = false;   // while the database is away
  std::size_t spool_bytes = 0;  // at most
  bool compare_clocks = true;   // with the database's
};

class MongoDecisionLog final : public store::DecisionLog {
 public:
  // Takes a number for this node, brings what was spooled into the database, and finds the end of every log.
  static base::Result<std::unique_ptr<MongoDecisionLog>> open(MongoConnection& connection, const base::Clock& clock,
                                                              const MongoLogOptions& options);
  ~MongoDecisionLog() override;

  using store::DecisionLog::reserve;
  base::Result<store::Reservation> reserve(base::Time after) override { return queue_->reserve(after); }
  void append(const store::Reservation& at, decision::Record record, Done done) override;
  store::LogPosition committed() const override { return queue_->committed(); }
  bool is_shared() const override { return true; }
  store::LogVector ends() const override;
  base::Status refresh() override;
  base::Status resume() override;
  base::Status flush() override { return queue_->flush(); }

  base::Status read(store::LogPosition after, store::LogPosition up_to,
                    const std::function<bool(const store::LogEntry&)>& visit) override;
  base::Result<std::optional<store::LogEntry>> find_decision(const base::Uuid& uuid) override;
  base::Result<std::vector<store::LogEntry>> outcomes_of(store::LogPosition decision) override;
  base::Result<store::DecisionPage> query(const store::DecisionQuery& query) override;
  base::Result<std::optional<store::LogEntry>> find_call(std::string_view route, std::string_view key,
                                                         base::Time since) override;
  base::Status save_checkpoint(const store::Checkpoint& checkpoint) override;
  base::Result<std::optional<store::Checkpoint>> load_checkpoint(std::uint32_t campaign) override;
  // Of node 0 alone: the log of an embedded store.
  base::Status import_entries(std::span<const store::LogEntry> entries) override;

  base::Result<std::optional<store::BaselineSpan>> find_baseline(std::uint32_t campaign) override;
  base::Result<store::LogVector> before(base::Time time) override;
  base::Result<std::optional<base::Time>> oldest() override;
  base::Result<bool> is_pruned() override;
  base::Result<bool> prune(const store::LogVector& up_to) override;
  base::Result<std::size_t> rename_customer(const store::Renaming& renaming) override;
  void forget_recent() override;

  bool is_alone() const override { return writer_->is_alone(); }
  base::Status set_aside(std::string_view note) override { return writer_->set_aside(note); }
  base::Status visit_aside(const std::function<base::Status(std::string_view)>& look) override {
    return writer_->visit_aside(look);
  }

  base::Result<base::Time> complete_up_to() override { return node_.complete_up_to(); }

  std::uint32_t node() const { return node_.number(); }
  const std::string& holder() const { return node_.holder(); }
  std::size_t bytes() const { return bytes_; }  // in the database, as of a moment ago
  std::size_t spooled_bytes() const { return writer_->spooled_bytes(); }
  void count_commits(base::Counter& commits) { commits_ = &commits; }

 private:
  MongoDecisionLog(MongoConnection& connection, const base::Clock& clock, const MongoLogOptions& options,
                   MongoNode node);
  base::Status begin(const MongoLogOptions& options);
  base::Result<store::Reservation> last_of_this_node();
  base::Status find_ends();
  base::Status follow();
  base::Status find_own_end();
  base::Status look_for_more();
  bool goes_on_without(const base::Status& looked);
  base::Status find_nodes();
  base::Status commit(std::span<const store::PendingRecord> batch);
  void run();
  void renew();

  base::Result<std::vector<LogSegmentPtr>> segments_from(store::LogPosition position);
  base::Result<std::size_t> rename_in(const LogSegment& segment, const store::Renaming& renaming);
  base::Result<std::optional<store::LogEntry>> find_in_memory(const base::Uuid& uuid, base::Time time) const;
  base::Result<std::optional<store::LogEntry>> find_in_database(const base::Uuid& uuid, base::Time time);
  base::Result<std::optional<store::LogEntry>> entry(store::LogPosition position);
  base::Result<std::vector<LogSegmentPtr>> segments_with_outcomes_of(store::LogPosition decision);
  base::Result<std::vector<LogSegmentPtr>> segments_with_call(std::string_view route, std::string_view key,
                                                              base::Time since);

  MongoConnection& connection_;
  const base::Clock& clock_;
  const std::string database_;
  MongoNode node_;
  LogCollection collection_;
  RecentSegments recent_;
  std::unique_ptr<LogWriter> writer_;
  base::Counter* commits_ = nullptr;

  std::mutex following_;  // one at a time looks for what others have written
  std::atomic<std::size_t> bytes_{0};
  std::atomic<bool> failed_{false};         // a commit failed, and what is committed is not known yet
  std::optional<store::Reservation> last_;  // that is committed, found out since the failure; guarded by following_
  std::optional<bool>
      has_embedded_;           // the log of a store that moved here, before this one was opened; guarded by following_
  base::Time nodes_known_at_;  // guarded by following_
  mutable std::mutex mutex_;   // guards what follows
  store::LogVector seen_;      // the ends of other nodes' logs
  std::vector<std::uint32_t> nodes_;

  std::unique_ptr<store::CommitQueue> queue_;
  std::mutex ending_mutex_;
  std::condition_variable ending_changed_;
  bool ending_ = false;
  std::thread background_;  // renews the number, brings the spool into the database
};

}  // namespace proffer::adapters
