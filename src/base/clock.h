// Time as an argument: nothing below app/ asks the machine what time it is.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace proffer::base {

using Micros = std::chrono::microseconds;
using Time = std::chrono::sys_time<Micros>;  // UTC

inline std::int64_t unix_micros(Time time) { return time.time_since_epoch().count(); }  // since 1970

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;  // safe to call concurrently
};

// The machine's clock, but never going back while the process runs, whatever is done to the clock: what has dropped out
// of a window stays out.
class SystemClock final : public Clock {
 public:
  Time now() const override {
    const auto reading = std::chrono::floor<Micros>(std::chrono::system_clock::now()).time_since_epoch().count();
    auto latest = latest_.load(std::memory_order_relaxed);
    while (reading > latest && !latest_.compare_exchange_weak(latest, reading, std::memory_order_relaxed)) {
    }
    return Time{Micros{std::max(reading, latest)}};
  }

 private:
  inline static std::atomic<Micros::rep> latest_{0};  // of all clocks of the process
};

// Stands still until it is told to move. For tests; not for concurrent use.
class SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(Time start) : now_(start) {}
  Time now() const override { return now_; }
  void advance(Micros by) { now_ += by; }
  void set(Time to) { now_ = to; }

 private:
  Time now_;
};

}  // namespace proffer::base
