// A data directory: both stores in one SQLite file, DIR/proffer.db, that the sqlite3 tool can open and read.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "store/decision_log.h"
#include "store/document_store.h"

namespace proffer::adapters {

struct SqliteOptions {
  std::string directory;
  // A commit survives a power cut; without, only whatever ends the process.
  bool fsync = true;
  // Pages of 4 KiB that the file may grow to, for tests of a full disk; 0: as the disk allows.
  std::size_t page_limit = 0;
  const base::Clock* clock = nullptr;  // must outlive the stores
};

class SqliteStores {
 public:
  // Makes what is absent, and migrates what is older. Errors, one line each: the directory belongs to another process
  // (`conflict`), cannot be written (`unavailable`), or its file is from a newer Proffer, foreign or damaged.
  static base::Result<std::unique_ptr<SqliteStores>> open(const SqliteOptions& options);
  ~SqliteStores();  // commits what was appended, and leaves a file without a write-ahead log

  store::DocumentStore& documents();
  store::DecisionLog& log();

  std::size_t bytes_on_disk() const;
  // Counts the log's commits from now on. Call before the log is used; the counter must outlive the stores.
  void count_commits(base::Counter& commits);

 private:
  struct State;
  explicit SqliteStores(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace proffer::adapters
