#include "adapters/lua/budget.h"

#include <fmt/format.h>
#include <lauxlib.h>
#include <lua.h>

#include <cstdlib>

#include "adapters/lua/sandbox.h"

namespace proffer::adapters::lua {
namespace {

// One string or table: comparing or copying it is one instruction, so it must not be large.
constexpr std::size_t blocks_of_memory = 8;
constexpr std::size_t bytes_between_looks = 1 << 20;
// For the text of the error itself.
constexpr std::size_t error_bytes = 64 << 10;

}  // namespace

void Budget::begin(const service::HookLimits& limits) {
  limits_ = limits;
  past_ = Past::nothing;
  steps_left_ = limits.instructions;
  steps_unseen_ = 0;
  allocated_unseen_ = 0;
  most_bytes_ = bytes_ + limits.memory_bytes;
  deadline_ = clock_.now() + limits.time;
  bounded_ = true;
}

bool Budget::look_at_clock() {
  steps_unseen_ = 0;
  allocated_unseen_ = 0;
  if (past_ == Past::nothing && clock_.now() > deadline_) past_ = Past::time;
  return past_ == Past::nothing;
}

bool Budget::spend(std::uint64_t steps) {
  if (!bounded_) return true;
  if (past_ != Past::nothing) return false;
  if (steps > steps_left_) {
    past_ = Past::instructions;
    return false;
  }
  steps_left_ -= steps;
  steps_unseen_ += steps;
  return steps_unseen_ < instructions_between_looks || look_at_clock();
}

void Budget::ran_out_of_memory() {
  if (past_ == Past::nothing) past_ = Past::memory;
}

bool Budget::refuses(std::size_t bytes, std::size_t more) {
  if (past_ == Past::memory) return true;
  if (bytes > limits_.memory_bytes / blocks_of_memory) {
    ran_out_of_memory();
    return true;
  }
  allocated_unseen_ += bytes;
  const bool in_time = allocated_unseen_ < bytes_between_looks || look_at_clock();
  // Past what there is, Lua collects its garbage and asks once more; that takes time too.
  if (bytes_ + more <= most_bytes_) return !in_time && bytes > error_bytes;
  look_at_clock();
  return bytes_ + more > most_bytes_ + (past_ == Past::nothing ? 0 : error_bytes);
}

void* Budget::allocate(void* block, std::size_t old_bytes, std::size_t bytes) {
  if (block == nullptr) old_bytes = 0;  // Lua gives the kind of object there
  if (bytes == 0) {
    std::free(block);
    bytes_ -= old_bytes;
    return nullptr;
  }
  if (bounded_ && bytes > old_bytes && refuses(bytes, bytes - old_bytes)) return nullptr;
  void* const moved = std::realloc(block, bytes);
  if (moved != nullptr) bytes_ += bytes - old_bytes;
  return moved;
}

std::string Budget::reason() const {
  switch (past_) {
    case Past::instructions:
      return fmt::format("more than {} instructions", limits_.instructions);
    case Past::memory:
      return fmt::format("more than {} KiB of memory, or one string or table above {} KiB", limits_.memory_bytes >> 10,
                         (limits_.memory_bytes / blocks_of_memory) >> 10);
    case Past::time:
      return fmt::format("longer than {} ms", limits_.time.count() / 1000);
    case Past::nothing:
      break;
  }
  return "";
}

void charge(lua_State* lua, std::uint64_t steps) {
  const auto& budget = Sandbox::of(lua).budget();
  if (Sandbox::of(lua).budget().spend(steps)) return;
  luaL_where(lua, 1);
  lua_pushstring(lua, budget.reason().c_str());
  lua_concat(lua, 2);
  raise_again(lua);
}

void raise_again(lua_State* lua) {
  lua_sethook(lua, lua_gethook(lua), LUA_MASKCOUNT, 1);
  lua_error(lua);
  std::abort();  // lua_error does not return
}

}  // namespace proffer::adapters::lua
