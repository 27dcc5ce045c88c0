// Time as an argument: nothing below app/ asks the machine what time it is.
#pragma once

#include <chrono>

namespace proffer::base {

using Micros = std::chrono::microseconds;
using Time = std::chrono::sys_time<Micros>;  // UTC

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;  // safe to call concurrently
};

class SystemClock final : public Clock {
 public:
  Time now() const override { return std::chrono::floor<Micros>(std::chrono::system_clock::now()); }
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
