// Hooks in Lua 5.4: service::HookEngine on liblua, built as C++ so that its errors are exceptions and leave no object
// of ours undestroyed. The only folder that sees lua.h.
#pragma once

#include <memory>

#include "base/clock.h"
#include "service/hooks.h"

namespace proffer::adapters {

// Null in a build without Lua. `clock` bounds time, and outlives every program.
std::unique_ptr<service::HookEngine> make_lua_engine(const base::Clock& clock);

}  // namespace proffer::adapters
