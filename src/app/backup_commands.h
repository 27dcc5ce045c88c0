// `proffer backup` and `proffer restore`: of the database file itself, beside a running server or without one.
#pragma once

#include <iosfwd>

#include "app/commands.h"
#include "app/options.h"

namespace proffer::app {

// Each prints to `out` what it made and gives the exit status; a refusal and progress go to `err`.
int back_up(const Options& options, const CommandInput& input, std::ostream& out, std::ostream& err);
int restore(const Options& options, const CommandInput& input, std::ostream& out, std::ostream& err);

}  // namespace proffer::app
