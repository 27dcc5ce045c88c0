// The adapters as the conformance suites want them.
#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "adapters/sqlite/stores.h"

namespace proffer::tests {

// A directory of its own, gone at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "proffer-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline std::unique_ptr<adapters::SqliteStores> open_stores(const adapters::SqliteOptions& options) {
  auto stores = adapters::SqliteStores::open(options);
  EXPECT_TRUE(stores) << stores.error().message;
  return stores ? std::move(*stores) : nullptr;
}

// Makes every write of this process to a file fail, as a full disk would, until set back.
inline void fail_file_writes(bool fail) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = fail ? 1 : limit.rlim_max;
  setrlimit(RLIMIT_FSIZE, &limit);
}

}  // namespace proffer::tests
