#include <lauxlib.h>
#include <lua.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "adapters/lua/budget.h"
#include "adapters/lua/libraries.h"
#include "adapters/lua/sandbox.h"
#include "adapters/lua/values.h"

namespace proffer::adapters::lua {
namespace {

char read_only_mark;

// A key of a table as `pairs` orders them: false and true, numbers, text.
struct Key {
  enum class Kind { boolean, integer, number, text };
  Kind kind = Kind::boolean;
  lua_Integer integer = 0;
  double number = 0;
  std::string_view text;
};

Key key_at(lua_State* lua, int index) {
  Key key;
  switch (lua_type(lua, index)) {
    case LUA_TBOOLEAN:
      key.integer = lua_toboolean(lua, index);
      return key;
    case LUA_TNUMBER:
      key.kind = lua_isinteger(lua, index) != 0 ? Key::Kind::integer : Key::Kind::number;
      if (key.kind == Key::Kind::integer) key.integer = lua_tointeger(lua, index);
      key.number = lua_tonumber(lua, index);
      return key;
    case LUA_TSTRING: {
      std::size_t size = 0;
      const char* const data = lua_tolstring(lua, index, &size);
      key.kind = Key::Kind::text;
      key.text = {data, size};
      return key;
    }
    default:
      luaL_error(lua, "a table with a %s as key has no order to go through it", luaL_typename(lua, index));
      return key;
  }
}

bool comes_before(const Key& a, const Key& b) {
  const auto is_number = [](const Key& key) { return key.kind == Key::Kind::integer || key.kind == Key::Kind::number; };
  if (a.kind != b.kind && !(is_number(a) && is_number(b))) return a.kind < b.kind;
  if (a.kind == Key::Kind::text) return a.text < b.text;
  if (a.kind == b.kind && a.kind != Key::Kind::number) return a.integer < b.integer;
  return a.number < b.number;
}

void push_key(lua_State* lua, const Key& key) {
  switch (key.kind) {
    case Key::Kind::boolean:
      lua_pushboolean(lua, static_cast<int>(key.integer));
      break;
    case Key::Kind::integer:
      lua_pushinteger(lua, key.integer);
      break;
    case Key::Kind::number:
      lua_pushnumber(lua, key.number);
      break;
    case Key::Kind::text:
      lua_pushlstring(lua, key.text.data(), key.text.size());
      break;
  }
}

// Calls f with each key of the table at 1, in the order of chance that it has.
template <class F>
void for_each_key(lua_State* lua, F&& f) {
  lua_pushnil(lua);
  while (lua_next(lua, 1) != 0) {
    lua_pop(lua, 1);
    charge(lua, 1);
    f(key_at(lua, -1));
  }
}

// The steps of the loop: upvalues are the table, its keys in order, and the place among them. A key that was removed
// meanwhile is left out.
int next_of_pairs(lua_State* lua) {
  auto place = lua_tointeger(lua, lua_upvalueindex(3));
  do {
    lua_settop(lua, 0);
    charge(lua, 1);
    if (lua_rawgeti(lua, lua_upvalueindex(2), ++place) == LUA_TNIL) return 1;
    lua_pushvalue(lua, 1);
  } while (lua_rawget(lua, lua_upvalueindex(1)) == LUA_TNIL);
  lua_pushinteger(lua, place);
  lua_replace(lua, lua_upvalueindex(3));
  return 2;
}

int pairs(lua_State* lua) {
  if (luaL_getmetafield(lua, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(lua, 1);
    lua_call(lua, 1, 3);
    return 3;
  }
  luaL_checktype(lua, 1, LUA_TTABLE);
  unfold(lua, 1);
  lua_settop(lua, 1);
  std::vector<Key> keys;
  for_each_key(lua, [&](const Key& key) { keys.push_back(key); });
  std::ranges::sort(keys, comes_before);
  charge(lua, keys.size());
  lua_createtable(lua, static_cast<int>(keys.size()), 0);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    push_key(lua, keys[i]);
    lua_rawseti(lua, 2, static_cast<lua_Integer>(i + 1));
  }
  lua_pushvalue(lua, 1);
  lua_insert(lua, 2);
  lua_pushinteger(lua, 0);
  lua_pushcclosure(lua, next_of_pairs, 3);
  return 1;
}

// The key that follows in order, found by looking at all of them.
int next(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  unfold(lua, 1);
  lua_settop(lua, 2);
  const bool from_start = lua_isnil(lua, 2);
  const Key before = from_start ? Key{} : key_at(lua, 2);
  bool found = false;
  Key first;
  for_each_key(lua, [&](const Key& key) {
    if (!from_start && !comes_before(before, key)) return;
    if (!found || comes_before(key, first)) first = key;
    found = true;
  });
  if (!found) {
    lua_pushnil(lua);
    return 1;
  }
  push_key(lua, first);
  lua_pushvalue(lua, -1);
  lua_rawget(lua, 1);
  return 2;
}

int pcall(lua_State* lua) {
  luaL_checkany(lua, 1);
  lua_pushboolean(lua, 1);
  lua_insert(lua, 1);
  if (protected_call(lua, lua_gettop(lua) - 2, LUA_MULTRET)) return lua_gettop(lua);
  lua_pushboolean(lua, 0);
  lua_insert(lua, -2);
  return 2;
}

// The handler runs after the call has ended: within the error, nothing would count what it does.
int xpcall(lua_State* lua) {
  luaL_checktype(lua, 2, LUA_TFUNCTION);
  lua_pushboolean(lua, 1);
  lua_pushvalue(lua, 1);
  lua_rotate(lua, 3, 2);
  if (protected_call(lua, lua_gettop(lua) - 4, LUA_MULTRET)) return lua_gettop(lua) - 2;
  lua_pushvalue(lua, 2);
  lua_insert(lua, -2);
  lua_call(lua, 1, 1);
  lua_pushboolean(lua, 0);
  lua_insert(lua, -2);
  return 2;
}

int set_metatable(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  luaL_argexpected(lua, lua_isnil(lua, 2) || lua_istable(lua, 2), 2, "nil or table");
  unfold(lua, 1);
  unfold(lua, 2);
  if (luaL_getmetafield(lua, 1, "__metatable") != LUA_TNIL)
    return luaL_error(lua, "cannot change a protected metatable");
  lua_settop(lua, 2);
  for (const char* name : {"__gc", "__mode"}) {  // both would show when memory is collected
    if (lua_isnil(lua, 2)) break;
    lua_pushstring(lua, name);
    if (lua_rawget(lua, 2) != LUA_TNIL) return luaL_error(lua, "%s is not offered", name);
    lua_pop(lua, 1);
  }
  lua_setmetatable(lua, 1);
  return 1;
}

int get_metatable(lua_State* lua) {
  luaL_checkany(lua, 1);
  unfold(lua, 1);
  if (lua_getmetatable(lua, 1) == 0) {
    lua_pushnil(lua);
    return 1;
  }
  luaL_getmetafield(lua, 1, "__metatable");
  return 1;
}

int raw_get(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  luaL_checkany(lua, 2);
  unfold(lua, 1);
  lua_settop(lua, 2);
  lua_rawget(lua, 1);
  return 1;
}

int raw_set(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  luaL_checkany(lua, 3);
  if (is_read_only(lua, 1)) return luaL_error(lua, "this table cannot be changed");
  unfold(lua, 1);
  lua_settop(lua, 3);
  lua_rawset(lua, 1);
  return 1;
}

int raw_length(lua_State* lua) {
  luaL_argexpected(lua, lua_istable(lua, 1) || lua_isstring(lua, 1), 1, "table or string");
  unfold(lua, 1);
  lua_pushinteger(lua, static_cast<lua_Integer>(lua_rawlen(lua, 1)));
  return 1;
}

int to_string(lua_State* lua) {
  luaL_checkany(lua, 1);
  push_text_of(lua, 1);
  return 1;
}

int array(lua_State* lua) {
  if (lua_isnoneornil(lua, 1)) {
    lua_settop(lua, 0);
    lua_newtable(lua);
  }
  luaL_checktype(lua, 1, LUA_TTABLE);
  unfold(lua, 1);
  lua_settop(lua, 1);
  if (luaL_getmetafield(lua, 1, "__metatable") != LUA_TNIL || is_read_only(lua, 1)) {
    lua_settop(lua, 1);
    return 1;  // an array already
  }
  push_array_mark(lua);
  lua_setmetatable(lua, 1);
  return 1;
}

int refuse_change(lua_State* lua) { return luaL_error(lua, "this table cannot be changed"); }

// Standard functions that need nothing in their place.
constexpr const char* kept[] = {"assert", "error", "ipairs", "rawequal", "select", "tonumber", "type"};

constexpr luaL_Reg base_functions[] = {{"array", array},
                                       {"getmetatable", get_metatable},
                                       {"next", next},
                                       {"pairs", pairs},
                                       {"pcall", pcall},
                                       {"rawget", raw_get},
                                       {"rawlen", raw_length},
                                       {"rawset", raw_set},
                                       {"setmetatable", set_metatable},
                                       {"tostring", to_string},
                                       {"xpcall", xpcall},
                                       {nullptr, nullptr}};

}  // namespace

void push_base_functions(lua_State* lua) {
  luaL_newlib(lua, base_functions);
  for (const char* name : kept) {
    lua_getglobal(lua, name);
    lua_setfield(lua, -2, name);
  }
  lua_pushlightuserdata(lua, nullptr);
  lua_setfield(lua, -2, "null");
  lua_getglobal(lua, "_VERSION");
  lua_setfield(lua, -2, "_VERSION");
}

void push_math_library(lua_State* lua) {
  lua_newtable(lua);
  lua_getglobal(lua, "math");
  lua_pushnil(lua);
  while (lua_next(lua, -2) != 0) {
    lua_pushvalue(lua, -2);
    lua_insert(lua, -2);
    lua_settable(lua, -5);
  }
  lua_pop(lua, 1);
  for (const char* name : {"random", "randomseed"}) {  // chance is not the same each time
    lua_pushnil(lua);
    lua_setfield(lua, -2, name);
  }
}

void push_text_of(lua_State* lua, int index) {
  const int type = lua_type(lua, index);
  if (type == LUA_TLIGHTUSERDATA) {
    lua_pushliteral(lua, "null");
  } else if (type <= LUA_TSTRING || luaL_getmetafield(lua, index, "__tostring") != LUA_TNIL) {
    if (type > LUA_TSTRING) lua_pop(lua, 1);
    luaL_tolstring(lua, index, nullptr);
  } else {
    lua_pushstring(lua, lua_typename(lua, type));
  }
}

bool protected_call(lua_State* lua, int arguments, int results) {
  auto& budget = Sandbox::of(lua).budget();
  const int status = lua_pcall(lua, arguments, results, 0);
  if (status == LUA_ERRMEM) budget.ran_out_of_memory();
  if (status != LUA_OK && budget.past() != Budget::Past::nothing) raise_again(lua);
  return status == LUA_OK;
}

void make_read_only(lua_State* lua) {
  lua_newtable(lua);
  lua_createtable(lua, 0, 4);
  lua_pushvalue(lua, -3);
  lua_setfield(lua, -2, "__index");
  lua_pushcfunction(lua, refuse_change);
  lua_setfield(lua, -2, "__newindex");
  lua_pushliteral(lua, "read-only");
  lua_setfield(lua, -2, "__metatable");
  lua_pushboolean(lua, 1);
  lua_rawsetp(lua, -2, &read_only_mark);
  lua_setmetatable(lua, -2);
  lua_remove(lua, -2);
}

bool is_read_only(lua_State* lua, int index) {
  if (lua_getmetatable(lua, index) == 0) return false;
  const bool marked = lua_rawgetp(lua, -1, &read_only_mark) != LUA_TNIL;
  lua_pop(lua, 2);
  return marked;
}

}  // namespace proffer::adapters::lua
