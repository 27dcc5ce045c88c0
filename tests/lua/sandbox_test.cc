// What somebody would try who wants to get out, to stay, or to hold everything up. Each attempt is a test.
#include <ctime>
#include <thread>

#include "support.h"

namespace proffer::tests {
namespace {

// Of this thread: what others do on the machine does not count.
double seconds_of_work() {
  timespec at{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) / 1e9;
}

// What an attempt may take: several times the longest one's. Under a sanitizer each access to memory costs several
// times as much, and there is a budget of instructions and bytes, but none of accesses.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double allowed_seconds = 5;
#else
constexpr double allowed_seconds = 1;
#endif

// Runs the body of a function, and says what came out; fails when it takes long in spite of all limits.
std::string attempt(const std::string& lines, const service::HookLimits& limits = {}) {
  Hooks hooks;
  const auto began = seconds_of_work();
  const auto returned = hooks.call("function f()\n" + lines + "\nend", {}, limits);
  EXPECT_LT(seconds_of_work() - began, allowed_seconds) << lines;
  if (!returned) return returned.error().message;
  return document::json_text(returned->values);
}

const std::string past_instructions = "f, line 2: more than 1000000 instructions";
const std::string past_memory = "more than 8192 KiB of memory, or one string or table above 1024 KiB";

testing::AssertionResult is_past_memory(const std::string& said) {
  if (said.ends_with(past_memory)) return testing::AssertionSuccess();
  return testing::AssertionFailure() << said;
}

testing::AssertionResult is_past_a_limit(const std::string& said) {
  if (said.find("more than") != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << said;
}

TEST(Sandbox, HasNoWayOutside) {
  for (const auto* name : {"io", "os", "package", "debug", "coroutine", "require", "load", "loadstring", "loadfile",
                           "dofile", "collectgarbage", "print", "warn", "_G", "arg"}) {
    EXPECT_EQ(attempt(std::string("return ") + name + " == nil"), "[true]") << name;
  }
  for (const auto* name : {"math.random", "math.randomseed", "string.dump", "string.pack", "string.unpack"}) {
    EXPECT_EQ(attempt(std::string("return ") + name + " == nil"), "[true]") << name;
  }
}

TEST(Sandbox, HasAllThatItOffers) {
  EXPECT_EQ(
      attempt("local missing = array() for _, name in ipairs{'array', 'assert', 'error', 'getmetatable', 'ipairs', "
              "'next', 'null', 'pairs', 'pcall', 'rawequal', 'rawget', 'rawlen', 'rawset', 'select', 'setmetatable', "
              "'tonumber', 'tostring', 'type', 'xpcall', 'string', 'table', 'math', 'utf8', '_VERSION'} do "
              "if _ENV[name] == nil then missing[#missing + 1] = name end end return missing"),
      "[[]]");
  EXPECT_EQ(attempt("return math.max(1, 2), math.floor(2.5), utf8.char(228), utf8.len('ä'), ('a'):upper(), #'ab'"),
            R"([2,2,"ä",1,"A",2])");
}

TEST(Sandbox, LibrariesCannotBeChangedByAnyMeans) {
  Hooks hooks;
  const auto tamper = hooks.program(R"(
    function f()
      local tries = {
        function() string.rep = nil end,
        function() rawset(string, 'rep', 1) end,
        function() table.insert(string, 'x') end,
        function() table.sort(string) string[1] = 1 end,
        function() table.move({1}, 1, 1, 1, string) end,
        function() setmetatable(string, {}) end,
        function() setmetatable(string, nil) end,
        function() getmetatable(string).__index = {} end,
        function() getmetatable('').__index = nil end,
        function() getmetatable('').__add = 1 end,
        function() setmetatable('', {}) end,
        function() getmetatable(_ENV).__index = {} end,
        function() setmetatable(_ENV, {}) end,
        function() getmetatable(array()).__index = {} end,
        function() setmetatable(array(), {}) end,
        function() getmetatable(null).__index = {} end,
        function() setmetatable(null, {}) end,
        function() getmetatable(f).__index = {} end,
      }
      local through = array()
      for i, try in ipairs(tries) do if pcall(try) then through[#through + 1] = i end end
      string = {rep = function() return 'mine' end}
      pcall, array, business.x = nil, nil, 1
      return through
    end)");
  EXPECT_EQ(document::json_text(Hooks::call_in(*tamper, "f")->values), "[[]]");
  const auto after = hooks.program(
      "function f() return ('x'):rep(2), string.rep('y', 2), type(pcall), type(array), next(business) == nil end");
  EXPECT_EQ(document::json_text(Hooks::call_in(*after, "f")->values), R"(["xx","yy","function","function",true])");
}

TEST(Sandbox, NoFinalizerAndNoWeakTable) {
  EXPECT_EQ(attempt("setmetatable({}, {__gc = function() end})"), "f, line 2: __gc is not offered");
  EXPECT_EQ(attempt("setmetatable({}, {__mode = 'k'})"), "f, line 2: __mode is not offered");
}

TEST(Sandbox, EndlessLoopsEnd) {
  EXPECT_EQ(attempt("while true do end"), past_instructions);
  EXPECT_EQ(attempt("::again:: goto again"), past_instructions);
  EXPECT_EQ(attempt("for i = 1, 1e15 do end"), past_instructions);
  EXPECT_EQ(attempt("repeat until false"), past_instructions);
  EXPECT_EQ(attempt("local function g() return g() end return g()"), past_instructions);
}

TEST(Sandbox, ALoopAtTheTopOfASourceEndsTheCompilation) {
  Hooks hooks;
  EXPECT_EQ(hooks.engine.compile("while true do end").error().message, "body: line 1: more than 1000000 instructions");
}

TEST(Sandbox, ALimitCannotBeCaught) {
  EXPECT_EQ(attempt("pcall(function() while true do end end) return 'caught'"), past_instructions);
  EXPECT_EQ(attempt("while true do pcall(function() while true do end end) end"), past_instructions);
  EXPECT_EQ(attempt("xpcall(function() while true do end end, function() while true do end end) return 'caught'"),
            past_instructions);
  EXPECT_EQ(attempt("local function g() pcall(g) while true do end end g()"), past_instructions);
  EXPECT_EQ(
      attempt("local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end"),
      past_instructions);
  EXPECT_EQ(attempt("setmetatable(_ENV, nil)", {}), "f, line 2: cannot change a protected metatable");
  EXPECT_TRUE(
      is_past_memory(attempt("pcall(function() local t = {} while true do t = {t, ('x'):rep(1000)} end end) "
                             "return 'caught'")));
  EXPECT_EQ(attempt("local ok, why = pcall(error, 'mine') return ok, why"), R"([false,"mine"])");
  EXPECT_EQ(attempt("return xpcall(error, function(e) return 'handled ' .. e end, 'mine')"),
            R"([false,"handled mine"])");
  EXPECT_EQ(attempt("return pcall(function(...) return select('#', ...), ... end, 1, 2)"), "[true,2,1,2]");
  EXPECT_EQ(attempt("return xpcall(function(...) return ... end, error, 1, 2)"), "[true,1,2]");
}

TEST(Sandbox, MemoryEnds) {
  EXPECT_TRUE(is_past_memory(attempt("local t = {} while true do t[#t + 1] = {} end")));
  EXPECT_TRUE(is_past_memory(attempt("local s = 'x' while true do s = s .. s end")));
  EXPECT_TRUE(is_past_memory(attempt("return ('x'):rep(1 << 30)")));
  EXPECT_TRUE(is_past_memory(attempt("return ('x'):rep(1 << 19):rep(1 << 9)")));
  EXPECT_TRUE(is_past_memory(attempt("local t = {} for i = 1, 1e6 do t[i] = i end")));
  EXPECT_TRUE(is_past_memory(attempt("return table.concat({('x'):rep(1e6), ('y'):rep(1e6)})")));
  EXPECT_TRUE(is_past_memory(attempt("return ('x'):rep(1e4):gsub('x', {x = ('y'):rep(1e5)})")));
  EXPECT_TRUE(is_past_memory(attempt("local t = {} for i = 1, 1e6 do t[i] = function() return t end end")));
}

TEST(Sandbox, GarbageDoesNotCount) {
  EXPECT_EQ(attempt("local s for i = 1, 1000 do s = ('x'):rep(100000) .. i end return #s"), "[100004]");
}

// At the edge of memory every allocation collects garbage first, which takes time outside of any instruction.
TEST(Sandbox, CollectingGarbageOverAndOverEnds) {
  EXPECT_TRUE(
      is_past_a_limit(attempt("local kept = {} for i = 1, 60000 do kept[i] = {i} end "
                              "for i = 1, 1e5 do local s = ('x'):rep(2e5) .. i end")));
}

TEST(Sandbox, DeepRecursionEnds) {
  EXPECT_TRUE(is_past_memory(attempt("local function g() return 1 + g() end return g()")));
  EXPECT_NE(
      attempt("local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end return t.x")
          .find("C stack overflow"),
      std::string::npos);
  EXPECT_NE(attempt("local function g() return pcall(g) end return g()").find("true"), std::string::npos);
  EXPECT_TRUE(
      attempt("local s = ('a'):rep(10) local function g() return s:gsub('a', g) end return g()").find("f, line 2") ==
      0);
  EXPECT_NE(attempt("local function g() error(setmetatable({}, {__tostring = g})) end g()").find("no text"),
            std::string::npos);
}

TEST(Sandbox, PatternsThatExplodeEnd) {
  EXPECT_EQ(attempt("return (('a'):rep(5000)):find(('.-'):rep(20) .. 'b')"), past_instructions);
  EXPECT_EQ(attempt("return (('a'):rep(5000)):match(('a*'):rep(20) .. 'b')"), past_instructions);
  EXPECT_EQ(attempt("return (('a'):rep(5000)):gsub(('a?'):rep(30) .. ('.*'):rep(5) .. 'b', '')"), past_instructions);
  EXPECT_EQ(attempt("for x in (('a'):rep(5000)):gmatch(('.-'):rep(20) .. 'b') do end"), past_instructions);
  EXPECT_EQ(attempt("return (('('):rep(100000)):find('%b()')"), past_instructions);
  EXPECT_EQ(attempt("return (('a'):rep(1e5)):find('[' .. ('b'):rep(1e5) .. ']')"), past_instructions);
  EXPECT_EQ(attempt("return ('x'):find(('('):rep(300))"), "f, line 2: too many captures");
  EXPECT_EQ(attempt("return (('x'):rep(300)):find(('x?'):rep(300) .. '$') ~= nil"),
            "f, line 2: the pattern is too complex");
}

TEST(Sandbox, PlainSearchesTakeLinearTime) {
  EXPECT_EQ(attempt("local s = ('a'):rep(1e6) return s:find(('a'):rep(5e5) .. 'b', 1, true)"), "[]");
}

TEST(Sandbox, LoopsWithinTheLibraryEnd) {
  EXPECT_EQ(attempt("return (''):rep(1e18) == ''"), "[true]");
  EXPECT_EQ(attempt("return (''):rep(1e18, '') == ''"), "[true]");
  EXPECT_EQ(attempt("return table.move({}, 1, 2^31 - 1, 2)"), past_instructions);
  EXPECT_EQ(attempt("return table.move({}, 1, 1e15, 2)"),
            "f, line 2: bad argument #3 to 'move' (too many elements to move)");
  const std::string endless = "local t = setmetatable({}, {__len = function() return 1e15 // 1 | 0 end}) ";
  EXPECT_EQ(attempt(endless + "table.insert(t, 1, 1)"), past_instructions);
  EXPECT_EQ(attempt(endless + "table.remove(t, 1)"), past_instructions);
  EXPECT_EQ(attempt(endless + "table.sort(t)"), past_instructions);
  EXPECT_EQ(
      attempt("local t = setmetatable({}, {__index = type}) return table.concat(t, '', 1, 1e15 // 1 | 0)").substr(0, 1),
      "f");
  EXPECT_EQ(attempt("return table.unpack({}, 1, 1e8)"), "f, line 2: too many results to unpack");
  EXPECT_EQ(
      attempt("local t = {} for i = 1, 6e4 do t[i] = i end while true do table.insert(t, 1, 0) table.remove(t, 1) end"),
      past_instructions);
  EXPECT_EQ(attempt("local t = {} for i = 1, 1e4 do t['k' .. i] = i end while true do next(t) end"), past_instructions);
  EXPECT_EQ(attempt("local s = ('ä'):rep(4e5) while true do utf8.len(s) end"), past_instructions);
  EXPECT_EQ(attempt("local s = ('x'):rep(1e6) while true do s:upper() end"), past_instructions);
}

// One instruction may compare two long texts; the clock is looked at often enough all the same.
TEST(Sandbox, ComparingLongTextsEnds) {
  Hooks hooks;
  hooks.clock.step = 10'000;  // 10 ms at each look
  const auto returned = hooks.call(
      "function f() local a, b = ('x'):rep(1e6) .. 'a', ('x'):rep(1e6) .. 'b' while true do local c = a == b or a < b "
      "end end");
  ASSERT_FALSE(returned);
  EXPECT_EQ(returned.error().message, "f, line 1: longer than 100 ms");
}

TEST(Sandbox, TimeEndsWhateverIsCaught) {
  Hooks hooks;
  hooks.clock.step = 30'000;
  EXPECT_EQ(hooks.call("function f() while true do pcall(function() while true do end end) end end").error().message,
            "f, line 1: longer than 100 ms");
  const auto said = hooks.call("function f() while true do local s = ('x'):rep(1e6) end end").error().message;
  EXPECT_TRUE(said.ends_with("longer than 100 ms")) << said;
}

TEST(Sandbox, AfterALimitTheNextSessionIsSound) {
  Hooks hooks;
  const auto program = hooks.program(
      "function spin() while true do end end function eat() local t = {} while true do t = {t, ('x'):rep(9999)} end "
      "end "
      "function f() return 'sound' end");
  for (const auto* bad : {"spin", "eat", "spin"}) {
    EXPECT_FALSE(Hooks::call_in(*program, bad));
    EXPECT_EQ(Hooks::call_in(*program, "f")->values, json::array{"sound"});
  }
}

TEST(Sandbox, SessionsRunAtOnceInManyThreads) {
  Hooks hooks;
  const auto program = hooks.program("function f(a) local s = 0 for i = 1, a.n do s = s + i end return s end");
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const int n = t * 10 + 5;
        const auto returned = Hooks::call_in(*program, "f", {"{\"n\": " + std::to_string(n) + "}"});
        if (returned && returned->values == json::array{n * (n + 1) / 2}) ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 800);
}

TEST(Sandbox, MemoryDoesNotGrowFromOneSessionToTheNext) {
  Hooks hooks;
  const auto program = hooks.program("function f() local t = {} for i = 1, 1000 do t[i] = {i} end return #t end");
  service::HookLimits limits;
  limits.memory_bytes = 1 << 20;
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(Hooks::call_in(*program, "f", {}, limits)) << i;
}

}  // namespace
}  // namespace proffer::tests
