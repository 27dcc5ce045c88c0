#include "adapters/sqlite/stores.h"

#include <filesystem>

#include "adapters/sqlite/background.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/decision_log.h"
#include "adapters/sqlite/directory_lock.h"
#include "adapters/sqlite/documents.h"

namespace proffer::adapters {

using base::Result;

// In the order in which they depend on each other. The background work uses the log, and the log asks for background
// work up to its end: so that work stops first, and its object goes last.
struct SqliteStores::State {
  explicit State(DirectoryLock taken) : lock(std::move(taken)) {}
  ~State() {
    if (background) background->stop();
  }

  DirectoryLock lock;
  std::string path;
  std::unique_ptr<Database> database;
  std::unique_ptr<Background> background;
  std::unique_ptr<store::DocumentStore> documents;
  std::unique_ptr<SqliteDecisionLog> log;
};

Result<std::unique_ptr<SqliteStores>> SqliteStores::open(const SqliteOptions& options) {
  TRY(auto lock, DirectoryLock::take(options.directory));
  auto state = std::make_unique<State>(std::move(lock));
  State& s = *state;
  s.path = options.directory + "/proffer.db";
  TRY(s.database, Database::open({s.path, options.fsync, options.page_limit}));
  s.documents = make_sqlite_documents(*s.database);
  TRY(s.log, SqliteDecisionLog::open(*s.database, *options.clock,
                                     [&s] { s.background->request(Background::customer_index); }));
  s.background = std::make_unique<Background>(std::array<Background::Task, Background::count>{
      Background::Task{"moving the write-ahead log into the database", [&s] { return s.database->checkpoint(); }},
      Background::Task{"writing the index of customers", [&s] { return s.log->write_indexes(); }}});
  s.database->on_large_wal([&s] { s.background->request(Background::checkpoint); });
  return std::unique_ptr<SqliteStores>(new SqliteStores(std::move(state)));
}

SqliteStores::SqliteStores(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteStores::~SqliteStores() = default;

store::DocumentStore& SqliteStores::documents() { return *state_->documents; }
store::DecisionLog& SqliteStores::log() { return *state_->log; }

void SqliteStores::count_commits(base::Counter& commits) { state_->log->count_commits(commits); }

std::size_t SqliteStores::bytes_on_disk() const {
  std::size_t bytes = 0;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::error_code absent;
    const auto size = std::filesystem::file_size(state_->path + suffix, absent);
    if (!absent) bytes += size;
  }
  return bytes;
}

}  // namespace proffer::adapters
