// The port for code that users write: compiles a source, and calls its functions with JSON in and out.
//
// What a function returns depends on its arguments alone: every session begins with the source run anew, nothing is
// left from one to the next, and there is neither time, chance, file nor network in reach. What it may use is bounded
// (HookLimits). Knows no language; an adapter does.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"

namespace proffer::service {

// What one session may use. Past any of them its call fails, and the code cannot hinder that.
struct HookLimits {
  std::uint64_t instructions = base::limits::hook_instructions;
  std::size_t memory_bytes = base::limits::hook_memory_bytes;
  base::Micros time = base::limits::hook_time;
};

// An argument: made when the code first looks into it, as most code looks at little. Called at most once.
using HookArgument = std::function<boost::json::value()>;

// A function of the program that the code may call: one value in, the values that it returns out.
using HookFunction = std::function<base::Result<boost::json::array>(const boost::json::value&)>;
using HookFunctions = std::vector<std::pair<std::string, HookFunction>>;

struct HookReturned {
  boost::json::array values;  // in their order; null for a nil before the last
  bool nothing = false;       // neither a value nor more than one nil
  bool unchanged = false;     // nothing, or the first argument as it came: then `values` is empty
};

// One run of the source, and calls of what it defined. For one thread.
class HookSession {
 public:
  virtual ~HookSession() = default;

  // Calls of one session share its limits and its global variables. Error `hook_failed`: "pre_score, line 12: …".
  virtual base::Result<HookReturned> call(std::string_view function, std::span<const HookArgument> arguments) = 0;
};

// A source that was compiled. Immutable, safe to use concurrently.
class HookProgram {
 public:
  virtual ~HookProgram() = default;

  // "pre_score", "business.margin", "changes_slate": the functions that the source defines and the globals that it sets
  // to true, in order.
  virtual const std::vector<std::string>& functions() const = 0;
  virtual bool defines(std::string_view function) const = 0;

  // `extra` are the functions that only this session's code may call; they outlive the session.
  virtual base::Result<std::unique_ptr<HookSession>> open(const HookLimits& limits,
                                                          const HookFunctions* extra = nullptr) const = 0;
};

using HookProgramPtr = std::shared_ptr<const HookProgram>;

class HookEngine {
 public:
  virtual ~HookEngine() = default;

  // Errors: `invalid` at "body", saying the line, for a source that does not compile or fails when it is run;
  // `too_large` above limits::hook_source_bytes.
  virtual base::Result<HookProgramPtr> compile(std::string_view source) = 0;
};

// compile(), or why there is none: `unsupported` where `engine` is null, as in a build without the language.
base::Result<HookProgramPtr> compile_hooks(HookEngine* engine, std::string_view source);

// For a stored source that does not compile any more: claims to define every function and fails when called, so that
// nobody decides as if there were no hook.
HookProgramPtr broken_program(base::Error why);

}  // namespace proffer::service
