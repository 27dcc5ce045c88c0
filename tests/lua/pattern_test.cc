// Our matcher against Lua's own library.
#include "adapters/lua/pattern.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <random>

#include "support.h"

namespace proffer::tests {
namespace {

// Lua as it comes, without a sandbox.
class PlainLua {
 public:
  PlainLua() : lua_(luaL_newstate()) { luaL_openlibs(lua_); }
  ~PlainLua() { lua_close(lua_); }
  PlainLua(const PlainLua&) = delete;
  PlainLua& operator=(const PlainLua&) = delete;

  // What f(subject, pattern) of the source returns, or "error".
  std::string call(const std::string& source, const std::string& subject, const std::string& pattern) {
    lua_settop(lua_, 0);
    if (luaL_dostring(lua_, source.c_str()) != LUA_OK) return lua_tostring(lua_, -1);
    lua_getglobal(lua_, "f");
    lua_pushlstring(lua_, subject.data(), subject.size());
    lua_pushlstring(lua_, pattern.data(), pattern.size());
    if (lua_pcall(lua_, 2, 1, 0) != LUA_OK) return "error";
    return lua_tostring(lua_, -1);
  }

 private:
  lua_State* lua_;
};

// Everything that the four functions say, as one text.
const std::string all_four = R"(
  local function join(...)
    local out = {}
    for i = 1, select('#', ...) do out[i] = tostring((select(i, ...))) end
    return table.concat(out, ',')
  end
  function f(s, p)
    local out = {join(s:find(p)), join(s:find(p, 3)), join(s:match(p)), join(s:match(p, -2)), join(s:gsub(p, '<%0%1>')),
                 join(s:gsub(p, {a = 1, ab = 'x'}, 2)), join(s:gsub(p, function(...) return join(...) end)), join(s:find(p, 1, true))}
    local n = 0
    for a, b in s:gmatch(p) do
      out[#out + 1] = join(a, b)
      n = n + 1
      if n > 50 then break end
    end
    return table.concat(out, ';')
  end)";

std::string random_pattern(std::mt19937& chance) {
  static const std::vector<std::string> parts = {
      "a",  "b",  ".", "%a", "%d", "%s", "[ab]", "[^a]", "[a-c1]", "%w", "(",     ")",
      "()", "*",  "+", "-",  "?",  "^",  "$",    "%b()", "%f[%a]", "%1", "[%a_]", "[]b]",
      "%.", "%-", "[", "%",  "%u", "%L", "c",    "1",    "(a",     "b)", "(.-)",  "[%d-b]"};
  std::string out;
  const auto count = 1 + chance() % 6;
  for (unsigned i = 0; i < count; ++i) out += parts[chance() % parts.size()];
  return out;
}

std::string random_subject(std::mt19937& chance) {
  static const std::string letters = "aaabbc1 .(_)-AB]";
  std::string out;
  const auto count = chance() % 12;
  for (unsigned i = 0; i < count; ++i) out += letters[chance() % letters.size()];
  return out;
}

TEST(Pattern, MatchesAsTheStandardLibraryDoes) {
  constexpr unsigned seed = 20240611;
  std::mt19937 chance(seed);
  PlainLua plain;
  Hooks hooks;
  const auto program = hooks.program(
      all_four + "\nfunction g(a) local ok, said = pcall(f, a[1], a[2]) return ok and said or 'error' end");
  int matched = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto subject = random_subject(chance);
    const auto pattern = random_pattern(chance);
    const auto expected = plain.call(all_four, subject, pattern);
    const auto returned = Hooks::call_in(*program, "g", {document::json_text(json::array{subject, pattern})});
    ASSERT_TRUE(returned) << returned.error().message;
    ASSERT_EQ(std::string_view(returned->values[0].as_string()), expected)
        << '"' << subject << "\" ~ \"" << pattern << '"';
    matched += expected != "error" && !expected.starts_with("nil") ? 1 : 0;
  }
  EXPECT_GT(matched, 2'000) << "too few of the random patterns match anything";
}

}  // namespace
}  // namespace proffer::tests
