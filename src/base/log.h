// The program's own log lines, on standard error (not the decision log). The format string and its arguments as in fmt.
#pragma once

#include <spdlog/spdlog.h>

namespace proffer::base::log {

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

}  // namespace proffer::base::log
