#include "adapters/sqlite/connection.h"

#include <cstring>
#include <utility>

namespace proffer::adapters {
namespace {

using base::ErrorKind;
using base::Result;
using base::Status;

// How long a statement waits for another process that holds the file (someone's sqlite3 tool).
constexpr int busy_timeout_ms = 10'000;

int open_flags(Connection::Mode mode) {
  constexpr int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (mode) {
    case Connection::Mode::create:
      return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Connection::Mode::write:
      return common | SQLITE_OPEN_READWRITE;
    case Connection::Mode::read:
      break;
  }
  return common | SQLITE_OPEN_READONLY;
}

ErrorKind kind_of(int code) {
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return ErrorKind::conflict;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return ErrorKind::internal;
    case SQLITE_TOOBIG:
      return ErrorKind::too_large;
    default:
      return ErrorKind::unavailable;
  }
}

// What the system said, where SQLite alone would only say that something failed: " (No space left on device)".
std::string system_reason(sqlite3* database, int code) {
  const bool of_system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  const int reason = of_system && database != nullptr ? sqlite3_system_errno(database) : 0;
  return reason == 0 ? "" : std::string(" (") + std::strerror(reason) + ')';
}

bool is_damage(int code) { return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB; }

}  // namespace

Query& Query::integer(std::int64_t value) {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_int64(statement_, next_parameter_++, value);
  return *this;
}

Query& Query::text(std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();  // a null pointer would bind NULL
  if (code_ == SQLITE_OK) {
    code_ = sqlite3_bind_text64(statement_, next_parameter_++, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  return *this;
}

Query& Query::blob(std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  if (code_ == SQLITE_OK) {
    code_ = sqlite3_bind_blob64(statement_, next_parameter_++, data, value.size(), SQLITE_STATIC);
  }
  return *this;
}

Result<bool> Query::step() {
  if (code_ == SQLITE_OK) {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    code_ = code;
  }
  return connection_.error(code_);
}

Status Query::run() {
  for (;;) {
    TRY(const bool row, step());
    if (!row) return {};
  }
}

std::string_view Query::bytes_at(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Mode mode) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &database, open_flags(mode), nullptr);
  std::unique_ptr<Connection> connection(new Connection(database, path));  // closes also what failed to open
  if (code != SQLITE_OK) return connection->error(code);
  sqlite3_busy_timeout(database, busy_timeout_ms);
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

Query Connection::query(const char* sql) {
  sqlite3_stmt*& statement = statements_[sql];
  int code = SQLITE_OK;
  if (statement == nullptr) {
    code = sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  }
  return Query(*this, statement, code);
}

Status Connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return {};
}

Result<std::int64_t> Connection::integer(const char* sql) {
  Query rows = query(sql);
  TRY(const bool row, rows.step());
  return row ? rows.integer_at(0) : 0;
}

tl::unexpected<base::Error> Connection::error(int code) const {
  const char* damage = is_damage(code) ? " is damaged" : "";
  const char* reason = database_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database_);
  return base::fail(kind_of(code), path_ + damage + ": " + reason + system_reason(database_, code));
}

Result<Transaction> Transaction::begin(Connection& connection) {
  TRY_DO(connection.query("BEGIN IMMEDIATE").run());
  return Transaction(connection);
}

Transaction::~Transaction() {
  if (connection_ != nullptr && sqlite3_get_autocommit(connection_->handle()) == 0) {
    (void)connection_->query("ROLLBACK").run();
  }
}

Status Transaction::commit() {
  TRY_DO(connection_->query("COMMIT").run());
  connection_ = nullptr;
  return {};
}

}  // namespace proffer::adapters
