// JSON to Lua and back.
//
//   null     the value `null` (a light userdata), so that a member that is null is there
//   number   an integer where it is one within int64, else a float; NaN and infinities are refused on the way back
//   array    a table 1 … n, marked as array, so that an empty one stays one; array() marks a new table
//   object   a table with string keys; an unmarked empty table comes back as object, members sorted by name
//
// An object or array is made into a table when the code first looks into it, level by level: until then it is an empty
// table whose metatable does that. Every access that ignores metatables must therefore unfold() first.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>

#include "service/hooks.h"

struct lua_State;

namespace proffer::adapters::lua {

// An argument with its value, once that was made.
struct Argument {
  const service::HookArgument* make = nullptr;
  bool made = false;
  boost::json::value value;

  const boost::json::value& get();
};

// Makes the metatables, in the registry of `lua`.
void prepare_values(lua_State* lua);

// What is pushed refers to `value`, which must stay until the session ends.
void push_value(lua_State* lua, const boost::json::value& value);
// The same for an argument, which must be an object or an array.
void push_argument(lua_State* lua, Argument& argument);

bool is_folded(lua_State* lua, int index);
void unfold(lua_State* lua, int index);  // any value; does nothing unless it is a folded table

// Pushes the metatable that marks arrays.
void push_array_mark(lua_State* lua);

// The value at `index` as JSON. Raises an error that says where something is that JSON does not have; what is written
// counts as steps, and its size is bounded like the session's memory.
boost::json::value to_json(lua_State* lua, int index);

}  // namespace proffer::adapters::lua
