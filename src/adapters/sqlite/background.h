// A thread for the work that commits must not wait for.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/result.h"

namespace proffer::adapters {

class Background {
 public:
  struct Task {
    const char* name;
    std::function<base::Status()> run;
  };
  enum Index : std::size_t { checkpoint, customer_index, count };

  explicit Background(std::array<Task, count> tasks);
  ~Background() { stop(); }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // Runs the task soon, once however often it was asked for meanwhile. Cheap to call again and again.
  void request(Index task);

  // Waits for the task that is running; requests do nothing from then on.
  void stop();

 private:
  void run();

  const std::array<Task, count> tasks_;
  std::array<std::atomic<bool>, count> requested_{};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace proffer::adapters
