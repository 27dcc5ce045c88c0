// The command line: subcommands and their options, from the same description as the configuration.
#pragma once

namespace proffer::app {

// Runs what the arguments ask for and gives the exit status of the process.
int run_command_line(int count, char** arguments);

}  // namespace proffer::app
