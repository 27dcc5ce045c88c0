// `proffer serve`: the program behind its sockets, until a signal ends it.
#pragma once

#include "app/options.h"

namespace proffer::app {

// The exit status of the process; an error is one line on standard error.
int serve(const Options& options);

}  // namespace proffer::app
