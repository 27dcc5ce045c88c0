// The adapters as the conformance suites want them.
#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <memory>
#include <string>

#include "adapters/sqlite/stores.h"
#include "temporary_directory.h"

namespace proffer::tests {

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
