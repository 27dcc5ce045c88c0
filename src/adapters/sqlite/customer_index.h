// Finds the decisions of a customer, without costing the commit anything: the newest records are known by a hash of
// their customer in memory, and whenever enough have come they are written, sorted, as one run of blocks.
//
// A listing looks through the part in memory and then one or two blocks of each run, newest first. Hashes have 32 bits,
// so what is found must be checked against the record itself.
#pragma once

#include <functional>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/log_segments.h"
#include "store/commit_queue.h"

namespace proffer::adapters {

class CustomerIndex {
 public:
  static constexpr std::size_t run_records = 65'536;

  // `committed`: the last position in the log; those that are in no run are read when they are first needed.
  static base::Result<std::unique_ptr<CustomerIndex>> open(Database& database, LogSegments& segments,
                                                           store::LogPosition committed);

  // Notes what was committed. True when a run is due.
  bool add(std::span<const store::PendingRecord> committed);
  // Writes the runs that are due.
  base::Status write_runs();

  // The decisions at these positions, in order, have another customer in the log now.
  base::Status rename(std::span<const store::LogPosition> positions, std::string_view customer);

  // Calls `visit` for positions below `before` that may belong to the customer, newest first, until it returns false.
  base::Status visit(std::string_view customer, store::LogPosition before,
                     const std::function<base::Result<bool>(store::LogPosition)>& visit);

 private:
  using Key = std::uint32_t;  // of a hash; 0: not a decision

  CustomerIndex(Database& database, LogSegments& segments, store::LogPosition first, store::LogPosition committed)
      : database_(database), segments_(segments), first_(first), keys_first_(committed + 1) {}

  bool is_due() const { return keys_first_ + keys_.size() - first_ >= run_records; }
  base::Status load();
  base::Status write_run();
  base::Result<std::vector<Key>> keys_of(store::LogPosition first, store::LogPosition last);
  base::Status rewrite_run(store::LogPosition first, store::LogPosition last);
  std::vector<store::LogPosition> in_memory(Key key, store::LogPosition before, store::LogPosition& runs_end);

  Database& database_;
  LogSegments& segments_;
  std::mutex write_mutex_;  // held by whoever writes runs
  std::mutex load_mutex_;   // held by whoever reads keys from the log

  std::mutex mutex_;               // guards what follows
  store::LogPosition first_;       // the first position that is in no run
  store::LogPosition keys_first_;  // position of keys_[0]: first_ once loaded
  std::vector<Key> keys_;
};

}  // namespace proffer::adapters
