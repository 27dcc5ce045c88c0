// One process owns a data directory: an advisory lock on DIR/lock, which ends with its process however that ends.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace proffer::adapters {

class DirectoryLock {
 public:
  // Makes the directory when it is absent, for its owner only. Errors: `conflict` in one line with the directory and
  // the owner's process id; `unavailable` when the directory cannot be made or written.
  static base::Result<DirectoryLock> take(const std::string& directory);

  DirectoryLock(DirectoryLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int file) : file_(file) {}
  int file_;
};

}  // namespace proffer::adapters
