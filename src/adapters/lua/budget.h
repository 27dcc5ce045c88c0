// What the code of one session may still use: instructions, memory, time. Once past one of them it stays past, whatever
// the code catches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "service/hooks.h"

struct lua_State;

namespace proffer::adapters::lua {

class Budget {
 public:
  enum class Past { nothing, instructions, memory, time };
  static constexpr int instructions_between_looks = 1'000;

  explicit Budget(const base::Clock& clock) : clock_(clock) {}

  // Between begin() and end() everything is bounded, elsewhere nothing.
  void begin(const service::HookLimits& limits);
  void end() { bounded_ = false; }

  // For work of C code, in units of about one instruction. False: past a limit.
  bool spend(std::uint64_t steps);
  // Takes note that there was no memory.
  void ran_out_of_memory();

  Past past() const { return past_; }
  std::string reason() const;  // "more than 1000000 instructions"
  const service::HookLimits& limits() const { return limits_; }
  std::size_t bytes() const { return bytes_; }

  // In the manner of lua_Alloc. Null where memory or time is past.
  void* allocate(void* block, std::size_t old_bytes, std::size_t bytes);

 private:
  bool look_at_clock();
  bool refuses(std::size_t bytes, std::size_t more);

  const base::Clock& clock_;
  service::HookLimits limits_;
  bool bounded_ = false;
  Past past_ = Past::nothing;
  std::uint64_t steps_left_ = 0;
  std::uint64_t steps_unseen_ = 0;    // since the last look at the clock
  std::size_t allocated_unseen_ = 0;  // bytes, the same
  std::size_t bytes_ = 0;
  std::size_t most_bytes_ = 0;
  base::Time deadline_;
};

// Spends, or raises the error that ends the session's call.
void charge(lua_State* lua, std::uint64_t steps);
// Raises the error on top of the stack once more, as a limit is past. From then on every instruction ends in an error,
// those of __close included.
[[noreturn]] void raise_again(lua_State* lua);

}  // namespace proffer::adapters::lua
