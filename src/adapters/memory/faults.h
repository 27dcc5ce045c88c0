// Failures on demand, so that tests can see what a failing store does to those who use it. Shared by threads.
#pragma once

#include <atomic>

#include "base/result.h"

namespace proffer::adapters {

class Faults {
 public:
  void fail_next(int writes) { next_.store(writes); }    // the next so many writes fail
  void fail_all(bool fail = true) { all_.store(fail); }  // writes fail until fail_all(false)

  // What a store asks before each write: a batch and a commit of the log count as one.
  base::Status before_write() {
    if (all_.load()) return failure();
    int left = next_.load();
    while (left > 0) {
      if (next_.compare_exchange_weak(left, left - 1)) return failure();
    }
    return {};
  }

 private:
  static base::Status failure() {
    return base::fail(base::ErrorKind::unavailable, "the disk is full (a test says so)");
  }

  std::atomic<bool> all_{false};
  std::atomic<int> next_{0};
};

}  // namespace proffer::adapters
