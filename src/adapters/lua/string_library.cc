#include <lauxlib.h>
#include <lua.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "adapters/lua/budget.h"
#include "adapters/lua/libraries.h"
#include "adapters/lua/pattern.h"

namespace proffer::adapters::lua {
namespace {

std::string_view text_at(lua_State* lua, int index) {
  std::size_t size = 0;
  const char* const data = luaL_checklstring(lua, index, &size);
  return {data, size};
}

// A place given as 1 … n, or from the end as -1 …, as an offset; past the end where there is no such place.
std::size_t offset_at(lua_State* lua, int index, std::size_t size) {
  const auto given = luaL_optinteger(lua, index, 1);
  if (given > 0) return static_cast<std::size_t>(given) - 1;
  if (given == 0 || given < -static_cast<lua_Integer>(size)) return 0;
  return size - static_cast<std::size_t>(-given);
}

bool is_plain(std::string_view pattern) { return pattern.find_first_of("^$*+?.([%-") == std::string_view::npos; }

// memmem takes linear time, whatever the texts.
int find_plainly(lua_State* lua, std::string_view text, std::string_view wanted, std::size_t begin) {
  charge(lua, 1 + (text.size() - begin + wanted.size()) / 8);
  const void* const found = ::memmem(text.data() + begin, text.size() - begin, wanted.data(), wanted.size());
  if (found == nullptr) {
    lua_pushnil(lua);
    return 1;
  }
  const auto at = static_cast<const char*>(found) - text.data();
  lua_pushinteger(lua, at + 1);
  lua_pushinteger(lua, at + static_cast<lua_Integer>(wanted.size()));
  return 2;
}

int found_nothing(lua_State* lua) {
  lua_pushnil(lua);
  return 1;
}

int find_or_match(lua_State* lua, bool find) {
  const auto text = text_at(lua, 1);
  auto pattern = text_at(lua, 2);
  const auto begin = offset_at(lua, 3, text.size());
  if (begin > text.size()) return found_nothing(lua);
  if (find && (lua_toboolean(lua, 4) != 0 || is_plain(pattern))) return find_plainly(lua, text, pattern, begin);
  const bool anchored = pattern.starts_with('^');
  if (anchored) pattern.remove_prefix(1);
  Pattern matcher(lua, text, pattern);
  for (auto at = begin; at <= text.size(); ++at) {
    const auto end = matcher.match_at(at);
    if (end && find) {
      lua_pushinteger(lua, static_cast<lua_Integer>(at + 1));
      lua_pushinteger(lua, static_cast<lua_Integer>(*end));
      return 2 + (matcher.captures() > 0 ? matcher.push_captures(at, *end) : 0);
    }
    if (end) return matcher.push_captures(at, *end);
    if (anchored) break;
  }
  return found_nothing(lua);
}

int find(lua_State* lua) { return find_or_match(lua, true); }
int match(lua_State* lua) { return find_or_match(lua, false); }

// Upvalues: text, pattern, where to go on, and the end of the last match, which an empty one must not repeat.
int next_of_gmatch(lua_State* lua) {
  const auto text = text_at(lua, lua_upvalueindex(1));
  Pattern matcher(lua, text, text_at(lua, lua_upvalueindex(2)));
  const auto last_end = lua_tointeger(lua, lua_upvalueindex(4));
  for (auto at = static_cast<std::size_t>(lua_tointeger(lua, lua_upvalueindex(3))); at <= text.size(); ++at) {
    const auto end = matcher.match_at(at);
    if (!end || static_cast<lua_Integer>(*end) == last_end) continue;
    for (const int upvalue : {3, 4}) {
      lua_pushinteger(lua, static_cast<lua_Integer>(*end));
      lua_replace(lua, lua_upvalueindex(upvalue));
    }
    return matcher.push_captures(at, *end);
  }
  return 0;
}

int gmatch(lua_State* lua) {
  const auto text = text_at(lua, 1);
  text_at(lua, 2);
  const auto begin = offset_at(lua, 3, text.size());
  lua_settop(lua, 2);
  lua_pushinteger(lua, static_cast<lua_Integer>(std::min(begin, text.size() + 1)));
  lua_pushinteger(lua, -1);
  lua_pushcclosure(lua, next_of_gmatch, 4);
  return 1;
}

// One match of gsub.
struct Match {
  const Pattern& matcher;
  std::string_view text;
  std::size_t begin, end;
};

void add_template(lua_State* lua, luaL_Buffer* out, std::string_view replacement, const Match& match) {
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    charge(lua, 1);
    if (replacement[i] != '%') {
      luaL_addchar(out, replacement[i]);
      continue;
    }
    const char c = ++i < replacement.size() ? replacement[i] : '\0';
    if (c == '%') {
      luaL_addchar(out, '%');
    } else if (c >= '0' && c <= '9') {
      match.matcher.push_capture(static_cast<std::size_t>(c - '0'), match.begin, match.end);
      luaL_tolstring(lua, -1, nullptr);
      lua_remove(lua, -2);
      luaL_addvalue(out);
    } else {
      luaL_error(lua, "invalid use of '%%' in replacement string");
    }
  }
}

// What the table or function at 3 gives for a match; nil or false leaves it as it is.
void add_looked_up(lua_State* lua, luaL_Buffer* out, const Match& match) {
  if (lua_istable(lua, 3)) {
    match.matcher.push_capture(1, match.begin, match.end);
    lua_gettable(lua, 3);
  } else {
    lua_pushvalue(lua, 3);
    lua_call(lua, match.matcher.push_captures(match.begin, match.end), 1);
  }
  if (lua_toboolean(lua, -1) == 0) {
    lua_pop(lua, 1);
    luaL_addlstring(out, match.text.data() + match.begin, match.end - match.begin);
    return;
  }
  if (lua_isstring(lua, -1) == 0) luaL_error(lua, "invalid replacement value (a %s)", luaL_typename(lua, -1));
  luaL_addvalue(out);
}

int gsub(lua_State* lua) {
  const auto text = text_at(lua, 1);
  auto pattern = text_at(lua, 2);
  const int kind = lua_type(lua, 3);
  const bool is_template = kind == LUA_TSTRING || kind == LUA_TNUMBER;
  luaL_argexpected(lua, is_template || kind == LUA_TTABLE || kind == LUA_TFUNCTION, 3, "string/function/table");
  const auto most = luaL_optinteger(lua, 4, static_cast<lua_Integer>(text.size()) + 1);
  const bool anchored = pattern.starts_with('^');
  if (anchored) pattern.remove_prefix(1);
  Pattern matcher(lua, text, pattern);
  luaL_Buffer out;
  luaL_buffinit(lua, &out);
  std::size_t at = 0;
  std::optional<std::size_t> last_end;
  lua_Integer count = 0;
  while (count < most) {
    const auto end = matcher.match_at(at);
    if (end && end != last_end) {
      ++count;
      const Match match{matcher, text, at, *end};
      if (is_template) {
        add_template(lua, &out, text_at(lua, 3), match);
      } else {
        add_looked_up(lua, &out, match);
      }
      last_end = end;
      at = *end;
    } else if (at < text.size()) {
      luaL_addchar(&out, text[at++]);
    } else {
      break;
    }
    if (anchored) break;
  }
  luaL_addlstring(&out, text.data() + at, text.size() - at);
  luaL_pushresult(&out);
  lua_pushinteger(lua, count);
  return 2;
}

// The standard function that is the closure's first upvalue, on the same arguments.
int standard(lua_State* lua) { return lua_tocfunction(lua, lua_upvalueindex(1))(lua); }

// Of nothing, any number of times is nothing; the standard function would count up to that number.
int rep(lua_State* lua) {
  const auto text = text_at(lua, 1);
  luaL_checkinteger(lua, 2);
  const bool is_nothing = text.empty() && (lua_isnoneornil(lua, 3) || text_at(lua, 3).empty());
  if (!is_nothing) return standard(lua);
  lua_pushliteral(lua, "");
  return 1;
}

// Texts that are no format's address: %p is refused, and tables are written without one.
int format(lua_State* lua) {
  const auto text = text_at(lua, 1);
  charge(lua, text.size() / 8);
  for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    at = text.find_first_not_of("-+ #0.123456789", at + 1);
    if (at == std::string_view::npos) break;
    if (text[at] == 'p') return luaL_error(lua, "invalid conversion '%%p' to 'format'");
  }
  for (int i = 2; i <= lua_gettop(lua); ++i) {
    if (lua_type(lua, i) <= LUA_TSTRING && lua_type(lua, i) != LUA_TLIGHTUSERDATA) continue;
    push_text_of(lua, i);
    lua_replace(lua, i);
  }
  return standard(lua);
}

// Linear in a text that may be long.
int counted(lua_State* lua) {
  if (lua_type(lua, 1) == LUA_TSTRING) charge(lua, lua_rawlen(lua, 1) / 8);
  return standard(lua);
}

// Sets member `name` of the table below to `function` around the standard one of that name in the table on top.
void wrap(lua_State* lua, const char* name, lua_CFunction function) {
  lua_getfield(lua, -1, name);
  lua_pushcclosure(lua, function, 1);
  lua_setfield(lua, -3, name);
}

constexpr luaL_Reg string_functions[] = {
    {"find", find}, {"match", match}, {"gmatch", gmatch}, {"gsub", gsub}, {nullptr, nullptr}};
constexpr const char* linear[] = {"byte", "char", "len", "lower", "reverse", "sub", "upper"};
constexpr const char* linear_in_utf8[] = {"char", "codepoint", "codes", "len", "offset"};

}  // namespace

void push_string_library(lua_State* lua) {
  luaL_newlib(lua, string_functions);
  lua_getglobal(lua, "string");
  wrap(lua, "rep", rep);
  wrap(lua, "format", format);
  for (const char* name : linear) wrap(lua, name, counted);
  lua_pop(lua, 1);
}

void push_utf8_library(lua_State* lua) {
  lua_newtable(lua);
  lua_getglobal(lua, "utf8");
  for (const char* name : linear_in_utf8) wrap(lua, name, counted);
  lua_getfield(lua, -1, "charpattern");
  lua_setfield(lua, -3, "charpattern");
  lua_pop(lua, 1);
}

}  // namespace proffer::adapters::lua
