// The database file: one connection that writes, some that read, and who may use them when.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/sqlite/connection.h"
#include "base/result.h"

namespace proffer::adapters {

struct DatabaseOptions {
  std::string path;
  bool fsync = true;           // whether a commit survives a power cut, or only the end of the process
  std::size_t page_limit = 0;  // pages the file may grow to; 0: as the disk allows
};

class Database {
 public:
  static base::Result<std::unique_ptr<Database>> open(const DatabaseOptions& options);
  ~Database();  // moves the write-ahead log into the file

  // The writing connection, for one thread at a time: everybody takes turns, nobody gets "busy".
  class Writer {
   public:
    explicit Writer(Database& database) : lock_(database.write_mutex_), connection_(*database.writer_) {}
    Connection* operator->() { return &connection_; }
    Connection& operator*() { return connection_; }

   private:
    std::lock_guard<std::mutex> lock_;
    Connection& connection_;
  };

  // A reading connection for as long as this lives.
  class Reader {
   public:
    Reader(Database& database, std::unique_ptr<Connection> connection, std::uint64_t generation)
        : database_(&database), connection_(std::move(connection)), generation_(generation) {}
    Reader(Reader&&) = default;
    Reader& operator=(Reader&&) = delete;
    ~Reader();
    Connection* operator->() { return connection_.get(); }
    Connection& operator*() { return *connection_; }

   private:
    Database* database_;
    std::unique_ptr<Connection> connection_;
    std::uint64_t generation_;
  };
  base::Result<Reader> reader();

  base::Status reopen();  // every connection anew

  // Called by the writing thread when the write-ahead log has grown past what one round of checkpoint() should move.
  void on_large_wal(std::function<void()> call) { large_wal_ = std::move(call); }
  // Moves the write-ahead log into the file. Commits go on meanwhile but for the last, short part.
  base::Status checkpoint();

 private:
  explicit Database(DatabaseOptions options) : options_(std::move(options)) {}
  base::Status configure_writer(Connection& connection);
  static int after_commit(void* self, sqlite3*, const char*, int pages);

  const DatabaseOptions options_;
  std::mutex write_mutex_;
  std::unique_ptr<Connection> writer_;
  std::function<void()> large_wal_ = [] {};

  std::mutex pool_mutex_;
  std::vector<std::unique_ptr<Connection>> idle_readers_;
  std::uint64_t generation_ = 0;  // of connections; older ones are closed when they come back

  std::mutex checkpoint_mutex_;
};

}  // namespace proffer::adapters
