// How a command ends that cannot do what it was asked.
#pragma once

#include <cstdio>
#include <string>

namespace proffer::app {

// Says so on standard error; returns the exit code.
inline int refuse(const std::string& line) {
  std::fprintf(stderr, "proffer: %s\n", line.c_str());
  return 1;
}

}  // namespace proffer::app
