#include "adapters/sqlite/background.h"

#include <algorithm>

#include "base/log.h"

namespace proffer::adapters {

Background::Background(std::array<Task, count> tasks) : tasks_(std::move(tasks)) {
  thread_ = std::thread([this] { run(); });
}

void Background::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Background::request(Index task) {
  if (requested_[task].exchange(true)) return;
  { const std::lock_guard lock(mutex_); }  // the thread is before its look at `requested_` or already waiting
  wake_.notify_one();
}

void Background::run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] {
        return stopping_ ||
               std::any_of(requested_.begin(), requested_.end(), [](const auto& one) { return one.load(); });
      });
      if (stopping_) return;
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (!requested_[i].exchange(false)) continue;
      if (const auto status = tasks_[i].run(); !status) {
        base::log::warn("{} failed and will be tried again: {}", tasks_[i].name, status.error().message);
      }
    }
  }
}

}  // namespace proffer::adapters
