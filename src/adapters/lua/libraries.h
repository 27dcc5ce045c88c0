// What the code may call. The standard library but for what reaches outside (io, os, package, debug, load …), what
// would catch a limit, what leaves traces from one session to the next, and what is not the same each time
// (math.random, addresses, the order of pairs); and with loops in C counted.
#pragma once

struct lua_State;

namespace proffer::adapters::lua {

// Each pushes one table. The standard ones that they take functions from are already loaded.
void push_base_functions(lua_State* lua);
void push_string_library(lua_State* lua);
void push_table_library(lua_State* lua);
void push_utf8_library(lua_State* lua);
void push_math_library(lua_State* lua);

// Pushes what tostring says of the value at `index`: never an address.
void push_text_of(lua_State* lua, int index);

// A pcall that lets the end of a session through: past a limit, the error is raised again. Pushes as lua_pcall does;
// whether it went well.
bool protected_call(lua_State* lua, int arguments, int results);

// Sets an unchangeable stand-in for the table on top of the stack in its place.
void make_read_only(lua_State* lua);
bool is_read_only(lua_State* lua, int index);

}  // namespace proffer::adapters::lua
