// Built where there is no Lua.
#include "adapters/lua/engine.h"

namespace proffer::adapters {

std::unique_ptr<service::HookEngine> make_lua_engine(const base::Clock&) { return nullptr; }

}  // namespace proffer::adapters
