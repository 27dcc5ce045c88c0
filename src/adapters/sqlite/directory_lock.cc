#include "adapters/sqlite/directory_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace proffer::adapters {
namespace {

using base::ErrorKind;
using base::Result;
using base::Status;

Status make_directory(const std::string& directory) {
  std::error_code error;
  if (std::filesystem::is_directory(directory, error)) return {};
  std::filesystem::create_directories(directory, error);
  if (error) {
    return base::fail(ErrorKind::unavailable, fmt::format("cannot make {}: {}", directory, error.message()));
  }
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);  // best effort
  return {};
}

// What the owner wrote about itself: its process id.
std::string read_owner(int file) {
  char digits[24];
  const ssize_t size = pread(file, digits, sizeof digits, 0);
  std::string owner(digits, size > 0 ? static_cast<std::size_t>(size) : 0);
  return owner.substr(0, owner.find('\n'));
}

Status write_owner(int file) {
  const std::string owner = fmt::format("{}\n", getpid());
  if (ftruncate(file, 0) == 0 && pwrite(file, owner.data(), owner.size(), 0) > 0) return {};
  return base::fail(ErrorKind::unavailable, std::strerror(errno));
}

}  // namespace

Result<DirectoryLock> DirectoryLock::take(const std::string& directory) {
  TRY_DO(make_directory(directory));
  const std::string path = directory + "/lock";
  DirectoryLock lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.file_ < 0) {
    return base::fail(ErrorKind::unavailable, fmt::format("cannot open {}: {}", path, std::strerror(errno)));
  }
  if (flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
    const std::string owner = read_owner(lock.file_);
    return base::fail(ErrorKind::conflict,
                      fmt::format("{} is in use by {}: one process owns a data directory", directory,
                                  owner.empty() ? "another process" : "process " + owner));
  }
  (void)write_owner(lock.file_);  // only a courtesy to whoever is refused; a full disk is reported by the store
  return lock;
}

DirectoryLock::~DirectoryLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace proffer::adapters
