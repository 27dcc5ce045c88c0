#include "adapters/lua/sandbox.h"

#include <fmt/format.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <algorithm>
#include <charconv>
#include <new>

#include "adapters/lua/libraries.h"
#include "document/text.h"

namespace proffer::adapters::lua {
namespace {

namespace json = boost::json;

constexpr const char* chunk_name = "=hooks";
constexpr std::string_view line_prefix = "hooks:";
constexpr std::size_t chunks_kept = 64;
constexpr std::size_t garbage_kept = 512 << 10;
constexpr int garbage_percent = 400;  // memory grows to so much of what is in use before a collection begins
constexpr int environment_index = 1;  // of the stack, while a session is open

char chunks_key;
char environment_mark;

void* allocate(void* budget, void* block, std::size_t old_bytes, std::size_t bytes) {
  return static_cast<Budget*>(budget)->allocate(block, old_bytes, bytes);
}

void count(lua_State* lua, lua_Debug*) { charge(lua, Budget::instructions_between_looks); }

void push_library(lua_State* lua, const char* name, void (*push)(lua_State*)) {
  push(lua);
  make_read_only(lua);
  lua_setfield(lua, -2, name);
}

// Strings find their methods through a metatable that all of them share.
void lock_string_methods(lua_State* lua, int globals) {
  lua_pushliteral(lua, "");
  lua_createtable(lua, 0, 2);
  lua_getfield(lua, globals, "string");
  lua_setfield(lua, -2, "__index");
  lua_pushliteral(lua, "string");
  lua_setfield(lua, -2, "__metatable");
  lua_setmetatable(lua, -2);
  lua_pop(lua, 1);
}

void load_standard(lua_State* lua) {
  constexpr luaL_Reg standard[] = {
      {"_G", luaopen_base}, {"string", luaopen_string}, {"math", luaopen_math}, {"utf8", luaopen_utf8}};
  for (const auto& [name, open] : standard) {
    luaL_requiref(lua, name, open, 1);
    lua_pop(lua, 1);
  }
}

// The metatable of environments: what a session's code did not define itself is looked up in what all share.
int prepare(lua_State* lua) {
  load_standard(lua);
  prepare_values(lua);
  lua_newtable(lua);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &chunks_key);
  lua_settop(lua, 0);
  push_base_functions(lua);
  push_library(lua, "string", push_string_library);
  push_library(lua, "table", push_table_library);
  push_library(lua, "math", push_math_library);
  push_library(lua, "utf8", push_utf8_library);
  lock_string_methods(lua, 1);
  lua_createtable(lua, 0, 2);
  lua_insert(lua, 1);
  lua_setfield(lua, 1, "__index");
  lua_pushliteral(lua, "environment");
  lua_setfield(lua, 1, "__metatable");
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &environment_mark);
  return 0;
}

struct Reading {
  std::string_view rest;
};

const char* read(lua_State*, void* data, std::size_t* size) {
  auto& reading = *static_cast<Reading*>(data);
  *size = reading.rest.size();
  return std::exchange(reading.rest, {}).data();
}

int append(lua_State*, const void* data, std::size_t size, void* out) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(data), size);
  return 0;
}

}  // namespace

// What runs protected: each takes a pointer to its argument from the stack.
struct Steps {
  template <class T>
  static T& argument(lua_State* lua) {
    auto& value = *static_cast<T*>(lua_touserdata(lua, -1));
    lua_pop(lua, 1);
    return value;
  }

  // The message handler: puts the line before a message that C code raised without one.
  static int locate(lua_State* lua) {
    if (lua_type(lua, 1) != LUA_TSTRING || std::string_view(lua_tostring(lua, 1)).starts_with(line_prefix)) return 1;
    lua_Debug at{};
    for (int level = 0; lua_getstack(lua, level, &at) != 0; ++level) {
      lua_getinfo(lua, "l", &at);
      if (at.currentline <= 0) continue;
      lua_pushfstring(lua, "%s%d: ", line_prefix.data(), at.currentline);
      lua_insert(lua, 1);
      lua_concat(lua, 2);
      return 1;
    }
    return 1;
  }

  // ---- compile

  struct Compile {
    std::string_view source;
    std::string code;
  };

  static int compile(lua_State* lua) {
    auto& wanted = argument<Compile>(lua);
    Reading reading{wanted.source};
    if (lua_load(lua, read, &reading, chunk_name, "t") != LUA_OK) return lua_error(lua);
    lua_dump(lua, append, &wanted.code, 0);
    return 0;
  }

  // ---- begin

  struct Begin {
    Sandbox& sandbox;
    const Chunk& chunk;
    const service::HookFunctions* extra;
  };

  static void push_chunk(lua_State* lua, Sandbox& sandbox, const Chunk& chunk) {
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &chunks_key);
    if (lua_rawgeti(lua, -1, static_cast<lua_Integer>(chunk.number)) == LUA_TFUNCTION) return lua_remove(lua, -2);
    lua_pop(lua, 1);
    if (++sandbox.chunks_ > chunks_kept) {  // begin again rather than keep account of which was used last
      sandbox.chunks_ = 1;
      lua_pop(lua, 1);
      lua_newtable(lua);
      lua_pushvalue(lua, -1);
      lua_rawsetp(lua, LUA_REGISTRYINDEX, &chunks_key);
    }
    Reading reading{chunk.code};
    if (lua_load(lua, read, &reading, chunk_name, "b") != LUA_OK) lua_error(lua);
    lua_pushvalue(lua, -1);
    lua_rawseti(lua, -3, static_cast<lua_Integer>(chunk.number));
    lua_remove(lua, -2);
  }

  static void push_environment(lua_State* lua, const service::HookFunctions* extra) {
    lua_createtable(lua, 0, 8);
    lua_newtable(lua);
    lua_setfield(lua, -2, "business");
    for (std::size_t i = 0; extra != nullptr && i < extra->size(); ++i) {
      const auto& [name, function] = (*extra)[i];
      lua_pushlightuserdata(lua, const_cast<service::HookFunction*>(&function));
      lua_pushcclosure(lua, call_program, 1);
      lua_setfield(lua, -2, name.c_str());
    }
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &environment_mark);
    lua_setmetatable(lua, -2);
  }

  static int begin(lua_State* lua) {
    const auto& wanted = argument<Begin>(lua);
    push_environment(lua, wanted.extra);
    push_chunk(lua, wanted.sandbox, wanted.chunk);
    lua_pushvalue(lua, -2);
    lua_setupvalue(lua, -2, 1);  // _ENV, the one upvalue of every chunk
    lua_call(lua, 0, 0);
    return 1;
  }

  // ---- call

  struct Call {
    Sandbox& sandbox;
    std::string_view function;
    std::span<const service::HookArgument> arguments;
    service::HookReturned returned;
  };

  // Pushes the function of this name; each part of a dotted name is looked up in the one before.
  static void push_function(lua_State* lua, std::string_view name) {
    lua_pushvalue(lua, environment_index);
    for (std::string_view rest = name; !rest.empty();) {
      const auto dot = rest.find('.');
      const auto part = rest.substr(0, dot);
      rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
      if (!lua_istable(lua, -1)) luaL_error(lua, "there is no such function");
      lua_pushlstring(lua, part.data(), part.size());
      lua_rawget(lua, -2);
      lua_remove(lua, -2);
    }
    if (lua_isfunction(lua, -1)) return;
    luaL_error(lua, "there is no such function");
  }

  // On its stack: the environment, then this call's pointer.
  static int call(lua_State* lua) {
    auto& wanted = argument<Call>(lua);
    push_function(lua, wanted.function);
    luaL_checkstack(lua, static_cast<int>(wanted.arguments.size()) + 8, nullptr);
    for (const auto& argument : wanted.arguments) {
      wanted.sandbox.arguments_.push_front({&argument, false, nullptr});
      push_argument(lua, wanted.sandbox.arguments_.front());
    }
    const int arguments = static_cast<int>(wanted.arguments.size());
    if (arguments > 0) {
      lua_pushvalue(lua, -arguments);
    } else {
      lua_pushnil(lua);
    }
    lua_insert(lua, environment_index + 1);  // the first argument stays there, to be recognized
    lua_call(lua, arguments, LUA_MULTRET);
    take_results(lua, wanted.returned);
    return 0;
  }

  static void take_results(lua_State* lua, service::HookReturned& returned) {
    const int first = environment_index + 2;
    const int count = lua_gettop(lua) - first + 1;
    returned.nothing = count == 0 || (count == 1 && lua_isnil(lua, first));
    returned.unchanged = returned.nothing || is_as_it_came(lua, first);
    if (returned.unchanged) return;
    returned.values.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) returned.values.push_back(to_json(lua, first + i));
  }

  static bool is_as_it_came(lua_State* lua, int index) {
    return lua_rawequal(lua, index, environment_index + 1) != 0 && is_folded(lua, index);
  }

  // ---- functions of the program

  static base::Result<json::array> told(const service::HookFunction& function, const json::value& value) {
    try {
      return function(value);
    } catch (const std::exception& error) {  // would pass through Lua as an error without a text
      return base::fail(base::ErrorKind::internal, error.what());
    }
  }

  static int call_program(lua_State* lua) {
    const auto& function = *static_cast<const service::HookFunction*>(lua_touserdata(lua, lua_upvalueindex(1)));
    auto& results = Sandbox::of(lua).results_;
    lua_settop(lua, 1);
    auto returned = told(function, to_json(lua, 1));
    if (!returned) return luaL_error(lua, "%s", returned.error().message.c_str());
    results.emplace_front(std::move(*returned));
    const auto& values = results.front().get_array();
    luaL_checkstack(lua, static_cast<int>(values.size()), nullptr);
    for (const auto& value : values) push_value(lua, value);
    charge(lua, 1);
    return static_cast<int>(values.size());
  }

  // ---- functions

  // Adds the functions among the members of the table on top, and those that are true, `prefix` before their names.
  static void add_functions(lua_State* lua, const std::string& prefix, std::vector<std::string>& out) {
    lua_pushnil(lua);
    while (lua_next(lua, -2) != 0) {
      const bool named = lua_type(lua, -2) == LUA_TSTRING;
      const bool is_function = lua_isfunction(lua, -1) && lua_iscfunction(lua, -1) == 0;
      const bool is_flag = lua_isboolean(lua, -1) && lua_toboolean(lua, -1) != 0;
      if (named && (is_function || is_flag)) out.push_back(prefix + lua_tostring(lua, -2));
      lua_pop(lua, 1);
    }
  }

  static int functions(lua_State* lua) {
    auto& out = argument<std::vector<std::string>>(lua);
    add_functions(lua, "", out);
    lua_pushliteral(lua, "business");
    if (lua_rawget(lua, -2) == LUA_TTABLE) add_functions(lua, "business.", out);
    return 0;
  }
};

Sandbox& Sandbox::of(lua_State* lua) { return **static_cast<Sandbox**>(lua_getextraspace(lua)); }

Sandbox::Sandbox(const base::Clock& clock) : budget_(clock), lua_(lua_newstate(allocate, &budget_)) {
  if (lua_ == nullptr) throw std::bad_alloc();
  *static_cast<Sandbox**>(lua_getextraspace(lua_)) = this;
  lua_pushcfunction(lua_, prepare);
  if (lua_pcall(lua_, 0, 0, 0) != LUA_OK) {
    lua_close(lua_);
    throw std::bad_alloc();  // nothing else can fail there
  }
  lua_gc(lua_, LUA_GCINC, garbage_percent, 0, 0);
  lua_gc(lua_, LUA_GCCOLLECT);
  bytes_after_collection_ = budget_.bytes();
}

Sandbox::~Sandbox() { lua_close(lua_); }

base::Result<std::string> Sandbox::compile(std::string_view source, const service::HookLimits& limits) {
  Steps::Compile wanted{source, {}};
  budget_.begin(limits);
  lua_settop(lua_, 0);
  lua_pushcfunction(lua_, Steps::compile);
  lua_pushlightuserdata(lua_, &wanted);
  if (const int status = lua_pcall(lua_, 1, 0, 0); status != LUA_OK) {
    auto error = explain("", status);
    end();
    return tl::unexpected(std::move(error));
  }
  end();
  return std::move(wanted.code);
}

base::Status Sandbox::begin(const Chunk& chunk, const service::HookLimits& limits,
                            const service::HookFunctions* extra) {
  Steps::Begin wanted{*this, chunk, extra};
  budget_.begin(limits);
  lua_sethook(lua_, count, LUA_MASKCOUNT, Budget::instructions_between_looks);
  lua_settop(lua_, 0);
  lua_pushcfunction(lua_, Steps::locate);
  lua_pushcfunction(lua_, Steps::begin);
  lua_pushlightuserdata(lua_, &wanted);
  if (const int status = lua_pcall(lua_, 1, 1, 1); status != LUA_OK) return tl::unexpected(explain("", status));
  lua_remove(lua_, 1);
  return {};
}

base::Result<service::HookReturned> Sandbox::call(std::string_view function,
                                                  std::span<const service::HookArgument> arguments) {
  Steps::Call wanted{*this, function, arguments, {}};
  lua_settop(lua_, environment_index);
  lua_pushcfunction(lua_, Steps::locate);
  lua_pushcfunction(lua_, Steps::call);
  lua_pushvalue(lua_, environment_index);
  lua_pushlightuserdata(lua_, &wanted);
  if (const int status = lua_pcall(lua_, 2, 0, environment_index + 1); status != LUA_OK)
    return tl::unexpected(explain(function, status));
  return std::move(wanted.returned);
}

std::vector<std::string> Sandbox::functions() {
  std::vector<std::string> out;
  lua_settop(lua_, environment_index);
  lua_pushcfunction(lua_, Steps::functions);
  lua_pushvalue(lua_, environment_index);
  lua_pushlightuserdata(lua_, &out);
  if (lua_pcall(lua_, 2, 0, 0) != LUA_OK) out.clear();
  std::ranges::sort(out);
  return out;
}

void Sandbox::end() {
  lua_settop(lua_, 0);
  lua_sethook(lua_, nullptr, 0, 0);
  budget_.end();
  arguments_.clear();
  results_.clear();
  if (budget_.bytes() < bytes_after_collection_ + garbage_kept) return;
  lua_gc(lua_, LUA_GCCOLLECT);
  bytes_after_collection_ = budget_.bytes();
}

// "pre_score, line 12: attempt to …", from the error value on top of the stack.
base::Error Sandbox::explain(std::string_view function, int status) {
  if (status == LUA_ERRMEM) budget_.ran_out_of_memory();
  if (status < 0) return {base::ErrorKind::internal, "an exception within " + std::string(function), {}};  // a defect
  worn_out_ = budget_.past() != Budget::Past::nothing;
  std::size_t size = 0;
  const char* const data = lua_type(lua_, -1) == LUA_TSTRING ? lua_tolstring(lua_, -1, &size) : nullptr;
  std::string_view text = data == nullptr ? "the error is no text" : std::string_view(data, size);
  std::string where(function);
  if (text.starts_with(line_prefix)) {
    const auto digits = text.substr(line_prefix.size());
    const auto colon = digits.find(':');
    where += fmt::format("{}line {}", where.empty() ? "" : ", ", digits.substr(0, colon));
    text = colon == std::string_view::npos ? "" : digits.substr(std::min(colon + 2, digits.size()));
  }
  const auto reason =
      worn_out_ ? budget_.reason() : std::string(document::cut_utf8(text, base::limits::hook_error_bytes));
  base::Error error{base::ErrorKind::hook_failed, document::repaired_utf8(reason), {}};
  if (!where.empty()) error.message = where + ": " + error.message;
  return error;
}

}  // namespace proffer::adapters::lua
