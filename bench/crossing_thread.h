// A second thread that answers what it is handed, a batch at a time: the shape of a log's committing thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "http/server.h"

namespace proffer::bench {

class CrossingThread {
 public:
  CrossingThread() : thread_([this] { run(); }) {}
  ~CrossingThread() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    arrived_.notify_one();
    thread_.join();
  }

  void answer(http::Respond respond, http::Response response) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace_back(std::move(respond), std::move(response));
    if (waiting_.size() == 1) arrived_.notify_one();
  }

 private:
  using Batch = std::vector<std::pair<http::Respond, http::Response>>;

  void run() {
    for (;;) {
      Batch batch = take();
      if (batch.empty()) return;
      for (auto& [respond, response] : batch) respond(std::move(response));
    }
  }

  // Empty when there is nothing left to do ever.
  Batch take() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    return std::exchange(waiting_, {});
  }

  std::mutex mutex_;
  std::condition_variable arrived_;
  Batch waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace proffer::bench
