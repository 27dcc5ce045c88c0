#include "adapters/sqlite/database.h"

#include <fmt/format.h>

#include "adapters/sqlite/schema.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;

// 8 MiB of pages: each round of a checkpoint costs two fsyncs, so it should be worth it; recovery after a crash reads
// no more than this and what came during the round.
constexpr int checkpoint_pages = 2048;
constexpr std::size_t idle_readers = 4;

// After a large batch the write-ahead log shrinks back to this.
constexpr int wal_bytes_kept = 16 << 20;

// What is deleted is overwritten: a customer who was erased must not stand in free pages.
std::string pragmas(const DatabaseOptions& options) {
  std::string sql = fmt::format(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = {}; PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = ON; "
      "PRAGMA journal_size_limit = {};",
      options.fsync ? "FULL" : "NORMAL", wal_bytes_kept);
  if (options.page_limit > 0) sql += fmt::format("PRAGMA max_page_count = {};", options.page_limit);
  return sql;
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options) {
  std::unique_ptr<Database> database(new Database(options));
  TRY(auto connection, Connection::open(options.path, Connection::Mode::create));
  TRY_DO(prepare_schema(*connection, options.path, current_schema));
  TRY_DO(database->configure_writer(*connection));
  database->writer_ = std::move(connection);
  return database;
}

Database::~Database() {
  idle_readers_.clear();
  if (writer_)
    (void)writer_->execute("PRAGMA wal_checkpoint(TRUNCATE)");  // a failure costs only time at the next start
}

// SQLite opens what it may not write for reading only, and would say so at the first commit.
Status Database::configure_writer(Connection& connection) {
  if (sqlite3_db_readonly(connection.handle(), "main") == 1) {
    return base::fail(base::ErrorKind::unavailable,
                      options_.path + " cannot be written: it is read-only for this user");
  }
  TRY_DO(connection.execute(pragmas(options_)));
  sqlite3_wal_hook(connection.handle(), after_commit, this);
  return {};
}

int Database::after_commit(void* self, sqlite3*, const char*, int pages) {
  if (pages >= checkpoint_pages) static_cast<Database*>(self)->large_wal_();
  return SQLITE_OK;
}

Result<Database::Reader> Database::reader() {
  {
    const std::lock_guard lock(pool_mutex_);
    if (!idle_readers_.empty()) {
      auto connection = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return Reader(*this, std::move(connection), generation_);
    }
  }
  TRY(auto connection, Connection::open(options_.path, Connection::Mode::read));
  const std::lock_guard lock(pool_mutex_);
  return Reader(*this, std::move(connection), generation_);
}

Database::Reader::~Reader() {
  if (!connection_) return;
  const std::lock_guard lock(database_->pool_mutex_);
  if (generation_ == database_->generation_ && database_->idle_readers_.size() < idle_readers) {
    database_->idle_readers_.push_back(std::move(connection_));
  }
}

Status Database::reopen() {
  const std::lock_guard writing(write_mutex_);
  TRY(auto connection, Connection::open(options_.path, Connection::Mode::write));
  TRY_DO(configure_writer(*connection));
  writer_ = std::move(connection);
  const std::lock_guard lock(pool_mutex_);
  ++generation_;
  idle_readers_.clear();
  return {};
}

// The first pass moves nearly all of the log while commits go on; only because they do, some is left, which the second
// pass moves while nobody commits. Then the next commit starts the log from its beginning.
Status Database::checkpoint() {
  const std::lock_guard one_at_a_time(checkpoint_mutex_);
  TRY(auto connection, Connection::open(options_.path, Connection::Mode::write));
  TRY_DO(connection->execute(pragmas(options_) + "PRAGMA wal_checkpoint(PASSIVE)"));
  const std::lock_guard writing(write_mutex_);
  return connection->execute("PRAGMA wal_checkpoint(PASSIVE)");
}

}  // namespace proffer::adapters
