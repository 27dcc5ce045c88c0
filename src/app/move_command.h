// `proffer move`: everything from one store into another, without a server.
#pragma once

#include <iosfwd>

#include "app/commands.h"
#include "app/options.h"

namespace proffer::app {

// Prints to `out` what was moved and gives the exit status; a refusal and progress go to `err`.
int move_everything(const Options& options, const CommandInput& input, std::ostream& out, std::ostream& err);

}  // namespace proffer::app
