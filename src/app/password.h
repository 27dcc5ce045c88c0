// A password from whoever sits at the terminal, or from the first line of standard input.
#pragma once

#include <iosfwd>
#include <string>

#include "base/result.h"

namespace proffer::app {

// At a terminal asks twice, on `prompt`, without showing what is typed; `invalid` when the two differ. `not_found` at
// the end of input.
base::Result<std::string> read_password(std::ostream& prompt);

}  // namespace proffer::app
