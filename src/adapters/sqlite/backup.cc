#include "adapters/sqlite/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/directory_lock.h"
#include "adapters/sqlite/schema.h"

namespace proffer::adapters {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::Result;
using base::Status;

constexpr int pages_a_step = 1'024;  // 4 MiB

tl::unexpected<base::Error> failed(const std::string& what, const std::string& reason) {
  return base::fail(ErrorKind::unavailable, "cannot " + what + ": " + reason);
}

Status sync(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool good = file >= 0 && ::fsync(file) == 0;
  const int reason = errno;
  if (file >= 0) ::close(file);
  return good ? Status{} : failed("flush " + path, std::strerror(reason));
}

std::string directory_of(const std::string& path) {
  const auto parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

// A file on its way: taken away unless it got its name.
class Draft {
 public:
  explicit Draft(std::string path) : path_(std::move(path)) { remove(); }
  ~Draft() { remove(); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  const std::string& path() const { return path_; }
  Status take_name(const std::string& name) {
    TRY_DO(sync(path_));
    std::error_code error;
    fs::rename(path_, name, error);
    if (error) return failed("rename " + path_ + " to " + name, error.message());
    return sync(directory_of(name));
  }

 private:
  void remove() {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) fs::remove(path_ + suffix, ignored);
  }
  const std::string path_;
};

// A step at a time. The transaction that is open on `from` keeps what it sees from changing between them.
Status copy_pages(Connection& from, Connection& to, const OnCopied& on_copied) {
  TRY(const std::int64_t page_bytes, from.integer("PRAGMA page_size"));
  sqlite3_backup* backup = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (backup == nullptr) return to.error(sqlite3_extended_errcode(to.handle()));
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    code = sqlite3_backup_step(backup, pages_a_step);
    const int pages = sqlite3_backup_pagecount(backup);
    const int done = pages - sqlite3_backup_remaining(backup);
    on_copied(static_cast<std::size_t>(done * page_bytes), static_cast<std::size_t>(pages * page_bytes));
  }
  const int finished = sqlite3_backup_finish(backup);
  if (code == SQLITE_DONE && finished == SQLITE_OK) return {};
  return to.error(code == SQLITE_DONE ? finished : code);
}

Status copy(Connection& from, const std::string& path, const OnCopied& on_copied) {
  TRY(auto to, Connection::open(path, Connection::Mode::create));
  TRY_DO(to->execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"));  // flushed once, at the end
  return copy_pages(from, *to, on_copied);
}

// Without a write-ahead log, so that it can be read where nothing can be written.
Status check_whole(const std::string& path) {
  TRY(auto connection, Connection::open(path, Connection::Mode::write));
  TRY_DO(connection->execute("PRAGMA journal_mode = DELETE"));
  Query rows = connection->query("PRAGMA integrity_check(1)");
  TRY(const bool row, rows.step());
  const std::string said(row ? rows.bytes_at(0) : "nothing");
  if (said == "ok") return {};
  return base::fail(ErrorKind::internal, "the database is damaged: " + said.substr(said.rfind('\n') + 1));
}

// Of one moment of `source` into a draft that is whole.
Result<Copied> copy_into(const std::string& source, const Draft& draft, const OnCopied& on_copied) {
  std::error_code error;
  if (!fs::is_regular_file(source, error)) return base::fail(ErrorKind::not_found, "there is no database " + source);
  TRY(auto from, Connection::open(source, Connection::Mode::write));
  TRY_DO(from->execute("BEGIN"));
  TRY(const int format, format_of(*from, source, current_schema));  // reads, and so begins
  TRY_DO(copy(*from, draft.path(), on_copied));
  TRY_DO(check_whole(draft.path()));
  return Copied{fs::file_size(draft.path(), error), format, {}};
}

// ---- What a restore finds

bool is_ours(const fs::path& name) { return name == "lock" || name == "proffer.db.restoring"; }

Status check_empty(const std::string& directory) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (is_ours(entry.path().filename())) continue;
    return base::fail(ErrorKind::conflict, fmt::format("{} is not empty: it holds {}; --replace takes the place of its "
                                                       "database",
                                                       directory, entry.path().filename().string()));
  }
  return {};
}

// So that its write-ahead log is no longer needed. A damaged database cannot do it: its log is put aside then.
void close_cleanly(const std::string& database) {
  const auto connection = Connection::open(database, Connection::Mode::write);
  if (connection) (void)(*connection)->execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

// The database keeps its name beside the new one, until the copy takes that; its own log must not meet the copy.
Result<std::optional<std::string>> put_aside(const std::string& database) {
  std::error_code error;
  if (!fs::exists(database, error)) return std::nullopt;
  close_cleanly(database);
  const std::string aside = database + ".replaced";
  fs::remove(aside, error);
  fs::remove(aside + "-wal", error);
  fs::create_hard_link(database, aside, error);
  if (error) return failed("put aside " + database, error.message());
  if (fs::exists(database + "-wal", error)) fs::rename(database + "-wal", aside + "-wal", error);
  if (error) return failed("put aside " + database + "-wal", error.message());
  fs::remove(database + "-shm", error);
  return aside;
}

std::string database_in(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error) ? path + "/proffer.db" : path;
}

}  // namespace

Result<Copied> back_up(const std::string& directory, const std::string& file, const CopyOptions& options) {
  std::error_code error;
  if (!options.replace && fs::exists(file, error)) {
    return base::fail(ErrorKind::conflict, file + " is there already; --replace takes its place");
  }
  Draft draft(file + ".partial");
  TRY(auto copied, copy_into(directory + "/proffer.db", draft, options.on_copied));
  TRY_DO(draft.take_name(file));
  return copied;
}

Result<Copied> restore(const std::string& file, const std::string& directory, const CopyOptions& options) {
  TRY(const auto lock, DirectoryLock::take(directory));
  if (!options.replace) TRY_DO(check_empty(directory));
  const std::string database = directory + "/proffer.db";
  Draft draft(database + ".restoring");
  TRY(auto copied, copy_into(database_in(file), draft, options.on_copied));
  TRY(copied.put_aside, put_aside(database));
  TRY_DO(draft.take_name(database));
  return copied;
}

}  // namespace proffer::adapters
