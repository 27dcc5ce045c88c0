// One state of the Lua machine, in which the code of one session at a time runs. Made once and used again: the
// libraries are shared and cannot be changed, and everything else hangs on an environment that is new for each session.
#pragma once

#include <cstdint>
#include <forward_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/lua/budget.h"
#include "adapters/lua/values.h"
#include "base/result.h"
#include "service/hooks.h"

struct lua_State;

namespace proffer::adapters::lua {

// A compiled source. `number` is its own in this process.
struct Chunk {
  std::uint64_t number = 0;
  std::string code;  // as lua_dump wrote it: trusted
};

class Sandbox {
 public:
  explicit Sandbox(const base::Clock& clock);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  static Sandbox& of(lua_State* lua);
  Budget& budget() { return budget_; }

  // Source text to a chunk's code. Bounded by `limits`.
  base::Result<std::string> compile(std::string_view source, const service::HookLimits& limits);

  // Begins a session: runs the chunk in a new environment.
  base::Status begin(const Chunk& chunk, const service::HookLimits& limits, const service::HookFunctions* extra);
  base::Result<service::HookReturned> call(std::string_view function, std::span<const service::HookArgument> arguments);
  // "pre_score", "business.margin", "changes_slate": the functions that the code of this session defined, and the
  // global variables that it set to true, in order.
  std::vector<std::string> functions();
  void end();

  // After an error past a limit a state is thrown away rather than used again.
  bool worn_out() const { return worn_out_; }

 private:
  friend struct Steps;  // what runs within protected calls

  base::Error explain(std::string_view function, int status);

  Budget budget_;
  lua_State* lua_ = nullptr;
  std::size_t chunks_ = 0;  // loaded in this state
  std::size_t bytes_after_collection_ = 0;
  std::forward_list<Argument> arguments_;          // of this session
  std::forward_list<boost::json::value> results_;  // of functions of the program
  bool worn_out_ = false;
};

}  // namespace proffer::adapters::lua
