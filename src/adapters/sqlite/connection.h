// One SQLite connection and its prepared statements. Not for concurrent use.
//
// Errors: `unavailable` when the disk is full, busy or failing; `conflict` for a row that exists; `internal` for a
// damaged file. Messages name the file.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "decision/log_position.h"

namespace proffer::adapters {

class Connection;

// As they stand in a row.
inline std::int64_t integer(decision::LogPosition position) { return static_cast<std::int64_t>(position); }
inline std::int64_t integer(base::Time time) { return base::unix_micros(time); }

// One execution of a prepared statement: bind its parameters in order, then step. Text and blobs are not copied: they
// must live as long as the Query.
class Query {
 public:
  Query(Connection& connection, sqlite3_stmt* statement, int prepared)
      : connection_(connection), statement_(statement), code_(prepared) {}
  ~Query() { sqlite3_reset(statement_); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& integer(std::int64_t value);
  Query& text(std::string_view value);
  Query& blob(std::string_view value);

  base::Result<bool> step();  // true: there is a row
  base::Status run();         // to the end, without looking at rows

  // Of the current row. Views end with the next step.
  std::int64_t integer_at(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string_view bytes_at(int column) const;  // of text or a blob

 private:
  Connection& connection_;
  sqlite3_stmt* statement_;
  int next_parameter_ = 1;
  int code_;  // of the first failure
};

class Connection {
 public:
  enum class Mode { create, write, read };
  static base::Result<std::unique_ptr<Connection>> open(const std::string& path, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The statement is prepared at its first use and kept under the address of `sql`, which must be a literal.
  Query query(const char* sql);
  // One or more statements, not kept.
  base::Status execute(const std::string& sql);
  // The single integer that `sql`, a literal, gives; 0 when it gives no row or null.
  base::Result<std::int64_t> integer(const char* sql);

  std::int64_t changes() const { return sqlite3_changes64(database_); }
  sqlite3* handle() { return database_; }
  tl::unexpected<base::Error> error(int code) const;

 private:
  Connection(sqlite3* database, std::string path) : database_(database), path_(std::move(path)) {}

  sqlite3* database_;
  std::string path_;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;
};

// BEGIN IMMEDIATE … COMMIT; rolls back unless commit() succeeded.
class Transaction {
 public:
  static base::Result<Transaction> begin(Connection& connection);
  Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  base::Status commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;  // null once committed
};

}  // namespace proffer::adapters
