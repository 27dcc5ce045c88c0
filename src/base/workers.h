// A few threads for what may take long, with a bounded queue.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace proffer::base {

class Workers {
 public:
  Workers(unsigned threads, std::size_t queue_limit);
  ~Workers();  // runs what is queued, then stops

  // False, and the task is not taken, when the queue is full.
  bool run(std::function<void()> task);

 private:
  void work();

  const std::size_t queue_limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace proffer::base
