#include <lauxlib.h>
#include <lua.h>

#include <algorithm>
#include <vector>

#include "adapters/lua/budget.h"
#include "adapters/lua/libraries.h"

// The standard functions once more, each step counted: with a length or bounds of the code's own choosing they would
// run for ever within one instruction.
namespace proffer::adapters::lua {
namespace {

lua_Integer length(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  return luaL_len(lua, 1);
}

// t[to] = t[from], both of the table at 1.
void move_one(lua_State* lua, lua_Integer from, lua_Integer to) {
  charge(lua, 1);
  lua_geti(lua, 1, from);
  lua_seti(lua, 1, to);
}

int insert(lua_State* lua) {
  const auto end = length(lua) + 1;
  auto place = end;
  if (lua_gettop(lua) == 3) {
    place = luaL_checkinteger(lua, 2);
    luaL_argcheck(lua, place >= 1 && place <= end, 2, "position out of bounds");
    for (auto i = end; i > place; --i) move_one(lua, i - 1, i);
  } else if (lua_gettop(lua) != 2) {
    return luaL_error(lua, "wrong number of arguments to 'insert'");
  }
  lua_seti(lua, 1, place);
  return 0;
}

int remove(lua_State* lua) {
  const auto size = length(lua);
  auto place = luaL_optinteger(lua, 2, size);
  if (lua_gettop(lua) > 1) {
    luaL_argcheck(lua, (size == 0 && place == 0) || (place >= 1 && place <= size + 1), 2, "position out of bounds");
  }
  lua_geti(lua, 1, place);
  for (; place < size; ++place) move_one(lua, place + 1, place);
  lua_pushnil(lua);
  lua_seti(lua, 1, place);
  return 1;
}

int move(lua_State* lua) {
  const auto from = luaL_checkinteger(lua, 2);
  const auto last = luaL_checkinteger(lua, 3);
  const auto to = luaL_checkinteger(lua, 4);
  const int target = lua_isnoneornil(lua, 5) ? 1 : 5;
  luaL_checktype(lua, 1, LUA_TTABLE);
  luaL_checktype(lua, target, LUA_TTABLE);
  lua_pushvalue(lua, target);
  if (last < from) return 1;
  const auto count = static_cast<lua_Unsigned>(last) - static_cast<lua_Unsigned>(from) + 1;
  luaL_argcheck(lua, count <= 0x7fffffff && to <= LUA_MAXINTEGER - static_cast<lua_Integer>(count), 3,
                "too many elements to move");
  const bool forward = to > last || to <= from || target != 1;
  for (lua_Integer i = 0; i < static_cast<lua_Integer>(count); ++i) {
    charge(lua, 1);
    const auto offset = forward ? i : static_cast<lua_Integer>(count) - 1 - i;
    lua_geti(lua, 1, from + offset);
    lua_seti(lua, target, to + offset);
  }
  return 1;
}

int concat(lua_State* lua) {
  const auto size = length(lua);
  std::size_t separator_size = 0;
  const char* const separator = luaL_optlstring(lua, 2, "", &separator_size);
  const auto first = luaL_optinteger(lua, 3, 1);
  const auto last = luaL_optinteger(lua, 4, size);
  luaL_Buffer out;
  luaL_buffinit(lua, &out);
  for (auto i = first; i <= last; ++i) {
    charge(lua, 1);
    lua_geti(lua, 1, i);
    if (lua_isstring(lua, -1) == 0) {
      return luaL_error(lua, "invalid value (a %s) at index %d in table for 'concat'", luaL_typename(lua, -1),
                        static_cast<int>(i));
    }
    luaL_addvalue(&out);
    if (i == last) break;  // the next might be beyond all integers
    luaL_addlstring(&out, separator, separator_size);
  }
  luaL_pushresult(&out);
  return 1;
}

int pack(lua_State* lua) {
  const int count = lua_gettop(lua);
  lua_createtable(lua, count, 1);
  lua_insert(lua, 1);
  for (int i = count; i >= 1; --i) lua_seti(lua, 1, i);
  lua_pushinteger(lua, count);
  lua_setfield(lua, 1, "n");
  return 1;
}

int unpack(lua_State* lua) {
  const auto first = luaL_optinteger(lua, 2, 1);
  const auto last = lua_isnoneornil(lua, 3) ? luaL_len(lua, 1) : luaL_checkinteger(lua, 3);
  if (first > last) return 0;
  const auto count = static_cast<lua_Unsigned>(last) - static_cast<lua_Unsigned>(first);
  if (count >= 100'000 || lua_checkstack(lua, static_cast<int>(count + 1)) == 0) {
    return luaL_error(lua, "too many results to unpack");
  }
  charge(lua, count);
  for (lua_Unsigned i = 0; i <= count; ++i) lua_geti(lua, 1, first + static_cast<lua_Integer>(i));
  return static_cast<int>(count + 1);
}

// A stable merge sort: the same order each time, and no harm from an order function that contradicts itself.
class Sort {
 public:
  // The elements stand in the table at `copy`; a function that says "less", or nil, at 2.
  Sort(lua_State* lua, int copy, std::size_t size) : lua_(lua), copy_(copy), order_(size), merged_(size) {
    for (std::size_t i = 0; i < size; ++i) order_[i] = static_cast<lua_Integer>(i + 1);
  }

  const std::vector<lua_Integer>& run() {
    for (std::size_t width = 1; width < order_.size(); width *= 2) {
      for (std::size_t begin = 0; begin < order_.size(); begin += 2 * width) merge(begin, width);
      order_.swap(merged_);
    }
    return order_;
  }

 private:
  void merge(std::size_t begin, std::size_t width) {
    const auto middle = std::min(begin + width, order_.size());
    const auto end = std::min(begin + 2 * width, order_.size());
    auto left = begin;
    auto right = middle;
    for (auto out = begin; out < end; ++out) {
      const bool take_right = left == middle || (right < end && less(order_[right], order_[left]));
      merged_[out] = order_[take_right ? right++ : left++];
    }
  }

  bool less(lua_Integer a, lua_Integer b) {
    charge(lua_, 1);
    if (!lua_isnil(lua_, 2)) lua_pushvalue(lua_, 2);
    lua_rawgeti(lua_, copy_, a);
    lua_rawgeti(lua_, copy_, b);
    if (lua_isnil(lua_, 2)) {
      const bool is_less = lua_compare(lua_, -2, -1, LUA_OPLT) != 0;
      lua_pop(lua_, 2);
      return is_less;
    }
    lua_call(lua_, 2, 1);
    const bool is_less = lua_toboolean(lua_, -1) != 0;
    lua_pop(lua_, 1);
    return is_less;
  }

  lua_State* lua_;
  int copy_;
  std::vector<lua_Integer> order_, merged_;
};

int sort(lua_State* lua) {
  const auto size = length(lua);
  if (!lua_isnoneornil(lua, 2)) luaL_checktype(lua, 2, LUA_TFUNCTION);
  lua_settop(lua, 2);
  lua_newtable(lua);
  for (lua_Integer i = 1; i <= size; ++i) {
    charge(lua, 1);
    lua_geti(lua, 1, i);
    lua_rawseti(lua, 3, i);
  }
  Sort sorted(lua, 3, static_cast<std::size_t>(std::max<lua_Integer>(size, 0)));
  lua_Integer place = 0;
  for (const auto from : sorted.run()) {
    lua_rawgeti(lua, 3, from);
    lua_seti(lua, 1, ++place);
  }
  return 0;
}

constexpr luaL_Reg table_functions[] = {{"concat", concat}, {"insert", insert}, {"move", move},     {"pack", pack},
                                        {"remove", remove}, {"sort", sort},     {"unpack", unpack}, {nullptr, nullptr}};

}  // namespace

void push_table_library(lua_State* lua) { luaL_newlib(lua, table_functions); }

}  // namespace proffer::adapters::lua
