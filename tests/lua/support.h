// Sources compiled and called in a line, with a clock that moves at every look where a test wants it to.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/lua/engine.h"
#include "document/json.h"

namespace proffer::tests {

namespace json = boost::json;

class MovingClock final : public base::Clock {
 public:
  base::Time now() const override { return base::Time{base::Micros{at_ += step}}; }
  base::Micros::rep step = 0;  // at each look

 private:
  mutable std::atomic<base::Micros::rep> at_{0};
};

inline json::value value_of(std::string_view text) { return document::parse_json(text).value(); }

class Hooks {
 public:
  MovingClock clock;
  std::unique_ptr<service::HookEngine> made = adapters::make_lua_engine(clock);
  service::HookEngine& engine = *made;

  service::HookProgramPtr program(std::string_view source) {
    auto compiled = engine.compile(source);
    EXPECT_TRUE(compiled) << compiled.error().message;
    return *compiled;
  }

  // What f(argument …) returns when `source` is the program.
  base::Result<service::HookReturned> call(std::string_view source, const std::vector<std::string>& arguments = {},
                                           const service::HookLimits& limits = {}) {
    return call_in(*program(source), "f", arguments, limits);
  }

  static base::Result<service::HookReturned> call_in(const service::HookProgram& program, std::string_view function,
                                                     const std::vector<std::string>& arguments = {},
                                                     const service::HookLimits& limits = {},
                                                     const service::HookFunctions* extra = nullptr) {
    auto session = program.open(limits, extra);
    if (!session) return tl::unexpected(session.error());
    std::vector<service::HookArgument> made;
    for (const auto& argument : arguments) made.push_back([&argument] { return value_of(argument); });
    return (*session)->call(function, made);
  }

  // The values that the body of a function returns, as JSON text.
  std::string body(const std::string& lines, const std::vector<std::string>& arguments = {}) {
    const auto returned = call("function f(a, b)\n" + lines + "\nend", arguments);
    if (!returned) return returned.error().message;
    return returned->unchanged ? "unchanged" : document::json_text(returned->values);
  }
};

}  // namespace proffer::tests
