#include "adapters/lua/values.h"

#include <fmt/format.h>
#include <lauxlib.h>
#include <lua.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "adapters/lua/budget.h"
#include "adapters/lua/sandbox.h"
#include "document/text.h"
#include "document/violations.h"

namespace proffer::adapters::lua {
namespace {

namespace json = boost::json;
using document::Place;

// Keys of the registry, and of what a folded table holds; only their addresses count.
char folded_mark;
char array_mark;
char value_key;
char argument_key;

constexpr std::size_t most_prepared = 64;  // room made for members before they are looked at

void push_folded(lua_State* lua, const void* key, const void* source, std::size_t array, std::size_t members) {
  lua_createtable(lua, static_cast<int>(std::min(array, most_prepared)),
                  static_cast<int>(1 + std::min(members, most_prepared)));
  lua_pushlightuserdata(lua, const_cast<void*>(source));
  lua_rawsetp(lua, -2, key);
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &folded_mark);
  lua_setmetatable(lua, -2);
}

// Takes the pointer that a folded table holds out of it; null when it holds none of this kind.
template <class T>
T* take(lua_State* lua, int table, const void* key) {
  lua_rawgetp(lua, table, key);
  auto* const source = static_cast<T*>(lua_touserdata(lua, -1));
  lua_pop(lua, 1);
  return source;
}

const json::value& source_of(lua_State* lua, int table) {
  if (const auto* value = take<const json::value>(lua, table, &value_key)) return *value;
  return take<Argument>(lua, table, &argument_key)->get();
}

void forget_source(lua_State* lua, int table) {
  for (const void* key : {&value_key, &argument_key}) {
    lua_pushnil(lua);
    lua_rawsetp(lua, table, key);
  }
}

void fill(lua_State* lua, int table, const json::value& source) {
  charge(lua, 1);
  if (const auto* array = source.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      push_value(lua, (*array)[i]);
      lua_rawseti(lua, table, static_cast<lua_Integer>(i + 1));
    }
    push_array_mark(lua);
    lua_setmetatable(lua, table);
    return;
  }
  for (const auto& [name, value] : source.get_object()) {
    lua_pushlstring(lua, name.data(), name.size());
    push_value(lua, value);
    lua_rawset(lua, table);
  }
}

void unfold_table(lua_State* lua, int table) {
  luaL_checkstack(lua, 5, nullptr);
  const auto& source = source_of(lua, table);
  forget_source(lua, table);
  lua_pushnil(lua);
  lua_setmetatable(lua, table);
  fill(lua, table, source);
}

int index_folded(lua_State* lua) {
  unfold(lua, 1);
  lua_settop(lua, 2);
  lua_rawget(lua, 1);
  return 1;
}

int set_in_folded(lua_State* lua) {
  unfold(lua, 1);
  lua_settop(lua, 3);
  lua_rawset(lua, 1);
  return 0;
}

int size_of_folded(lua_State* lua) {
  unfold(lua, 1);
  lua_pushinteger(lua, static_cast<lua_Integer>(lua_rawlen(lua, 1)));
  return 1;
}

void push_unsigned(lua_State* lua, std::uint64_t value) {
  if (value <= static_cast<std::uint64_t>(std::numeric_limits<lua_Integer>::max())) {
    lua_pushinteger(lua, static_cast<lua_Integer>(value));
  } else {
    lua_pushnumber(lua, static_cast<double>(value));
  }
}

// Builds one JSON value; `place` says where an error is.
class Writer {
 public:
  explicit Writer(lua_State* lua) : lua_(lua), bytes_left_(Sandbox::of(lua).budget().limits().memory_bytes) {}

  json::value write(int index, const Place& place, std::size_t depth) {
    spend(sizeof(json::value), place);
    switch (lua_type(lua_, index)) {
      case LUA_TNIL:
        return nullptr;
      case LUA_TBOOLEAN:
        return lua_toboolean(lua_, index) != 0;
      case LUA_TNUMBER:
        return number(index, place);
      case LUA_TSTRING:
        return text(index, place);
      case LUA_TTABLE:
        return table(lua_absindex(lua_, index), place, depth);
      case LUA_TLIGHTUSERDATA:
        if (lua_touserdata(lua_, index) == nullptr) return nullptr;
        break;
      default:
        break;
    }
    refuse(place, fmt::format("a {} is no JSON", luaL_typename(lua_, index)));
  }

 private:
  [[noreturn]] void refuse(const Place& place, const std::string& why) {
    const auto message = fmt::format("{}: {}", place.text(), why);
    luaL_error(lua_, "%s", message.c_str());
    std::abort();  // luaL_error does not return
  }

  void spend(std::size_t bytes, const Place& place) {
    charge(lua_, 1 + bytes / 64);
    if (bytes > bytes_left_) refuse(place, "too much JSON");
    bytes_left_ -= bytes;
  }

  json::value number(int index, const Place& place) {
    if (lua_isinteger(lua_, index) != 0) return static_cast<std::int64_t>(lua_tointeger(lua_, index));
    const double value = lua_tonumber(lua_, index);
    if (!std::isfinite(value)) refuse(place, fmt::format("{} is no JSON number", value));
    return value;
  }

  std::string_view utf8(int index, const Place& place) {
    std::size_t size = 0;
    const char* const data = lua_tolstring(lua_, index, &size);
    const std::string_view text(data, size);
    spend(size, place);
    if (document::first_invalid_utf8(text)) refuse(place, "text that is not UTF-8");
    return text;
  }

  json::value text(int index, const Place& place) { return json::string(utf8(index, place)); }

  json::value table(int index, const Place& place, std::size_t depth) {
    if (depth == 0) refuse(place, fmt::format("nested deeper than {} levels", base::limits::json_depth));
    luaL_checkstack(lua_, 5, nullptr);
    if (is_folded(lua_, index)) return source_of(lua_, index);
    std::vector<std::string_view> names;
    const auto elements = keys(index, place, names);
    if (!names.empty()) {
      if (elements > 0) refuse(place, "a table with both names and numbers as keys");
      return object(index, names, place, depth);
    }
    if (elements > 0 || is_array(index)) return array(index, elements, place, depth);
    return json::object();
  }

  bool is_array(int index) {
    if (lua_getmetatable(lua_, index) == 0) return false;
    push_array_mark(lua_);
    const bool marked = lua_rawequal(lua_, -1, -2) != 0;
    lua_pop(lua_, 2);
    return marked;
  }

  // The names among the keys of a table; the number of its other keys, which must be 1 … n.
  std::size_t keys(int index, const Place& place, std::vector<std::string_view>& names) {
    std::size_t elements = 0;
    lua_Integer largest = 0;
    lua_pushnil(lua_);
    while (lua_next(lua_, index) != 0) {
      lua_pop(lua_, 1);
      if (lua_type(lua_, -1) == LUA_TSTRING) {
        names.push_back(utf8(-1, place));
        continue;
      }
      const auto key = lua_isinteger(lua_, -1) != 0 ? lua_tointeger(lua_, -1) : 0;
      if (key < 1) refuse(place, fmt::format("a {} as key", luaL_typename(lua_, -1)));
      largest = std::max(largest, key);
      ++elements;
      charge(lua_, 1);
    }
    if (static_cast<std::size_t>(largest) != elements) refuse(place, "an array with holes; null fills them");
    return elements;
  }

  json::value object(int index, std::vector<std::string_view>& names, const Place& place, std::size_t depth) {
    std::ranges::sort(names);  // the order of a table is chance
    json::object out;
    out.reserve(names.size());
    for (const auto name : names) {
      lua_pushlstring(lua_, name.data(), name.size());
      lua_rawget(lua_, index);
      out.emplace(name, write(-1, Place(place, name), depth - 1));
      lua_pop(lua_, 1);
    }
    return out;
  }

  json::value array(int index, std::size_t elements, const Place& place, std::size_t depth) {
    json::array out;
    out.reserve(elements);
    for (std::size_t i = 0; i < elements; ++i) {
      lua_rawgeti(lua_, index, static_cast<lua_Integer>(i + 1));
      out.push_back(write(-1, Place(place, i), depth - 1));
      lua_pop(lua_, 1);
    }
    return out;
  }

  lua_State* lua_;
  std::size_t bytes_left_;
};

}  // namespace

const json::value& Argument::get() {
  if (!made) value = (*make)();
  made = true;
  return value;
}

void prepare_values(lua_State* lua) {
  constexpr luaL_Reg folded[] = {
      {"__index", index_folded}, {"__newindex", set_in_folded}, {"__len", size_of_folded}, {nullptr, nullptr}};
  luaL_newlib(lua, folded);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &folded_mark);
  lua_createtable(lua, 0, 1);
  lua_pushliteral(lua, "array");
  lua_setfield(lua, -2, "__metatable");  // nobody else's code may change what all arrays share
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &array_mark);
}

void push_value(lua_State* lua, const json::value& value) {
  luaL_checkstack(lua, 4, nullptr);
  switch (value.kind()) {
    case json::kind::null:
      lua_pushlightuserdata(lua, nullptr);
      break;
    case json::kind::bool_:
      lua_pushboolean(lua, value.get_bool() ? 1 : 0);
      break;
    case json::kind::int64:
      lua_pushinteger(lua, value.get_int64());
      break;
    case json::kind::uint64:
      push_unsigned(lua, value.get_uint64());
      break;
    case json::kind::double_:
      lua_pushnumber(lua, value.get_double());
      break;
    case json::kind::string:
      lua_pushlstring(lua, value.get_string().data(), value.get_string().size());
      break;
    case json::kind::array:
      push_folded(lua, &value_key, &value, value.get_array().size(), 0);
      break;
    case json::kind::object:
      push_folded(lua, &value_key, &value, 0, value.get_object().size());
      break;
  }
}

void push_argument(lua_State* lua, Argument& argument) { push_folded(lua, &argument_key, &argument, 0, 0); }

bool is_folded(lua_State* lua, int index) {
  if (lua_type(lua, index) != LUA_TTABLE || lua_getmetatable(lua, index) == 0) return false;
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &folded_mark);
  const bool folded = lua_rawequal(lua, -1, -2) != 0;
  lua_pop(lua, 2);
  return folded;
}

void unfold(lua_State* lua, int index) {
  if (is_folded(lua, index)) unfold_table(lua, lua_absindex(lua, index));
}

void push_array_mark(lua_State* lua) { lua_rawgetp(lua, LUA_REGISTRYINDEX, &array_mark); }

json::value to_json(lua_State* lua, int index) {
  return Writer(lua).write(index, Place("value"), base::limits::json_depth);
}

}  // namespace proffer::adapters::lua
