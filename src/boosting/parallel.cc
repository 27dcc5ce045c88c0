#include "boosting/parallel.h"

namespace proffer::boosting {

Parallel::Parallel(unsigned threads) {
  for (unsigned i = 1; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

Parallel::~Parallel() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  begun_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Parallel::for_each(std::size_t n, const std::function<void(std::size_t)>& part) {
  {
    const std::lock_guard lock(mutex_);
    parts_ = n;
    part_ = &part;
    next_ = 0;
    busy_ = threads_.size();
    ++round_;
  }
  begun_.notify_all();
  work();
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return busy_ == 0; });
}

void Parallel::work() {
  for (std::size_t i = next_++; i < parts_; i = next_++) (*part_)(i);
}

void Parallel::serve() {
  std::unique_lock lock(mutex_);
  for (std::uint64_t seen = 0;;) {
    begun_.wait(lock, [&] { return stopping_ || round_ != seen; });
    if (stopping_) return;
    seen = round_;
    lock.unlock();
    work();
    lock.lock();
    if (--busy_ == 0) ended_.notify_one();
  }
}

}  // namespace proffer::boosting
