// Open-loop HTTP load: every request has a planned time, whatever the server does, and its latency counts from then on.
// A closed loop (wrk) waits for a slow answer before it asks again, and so hides the requests that would have waited
// behind it ("coordinated omission").
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace proffer::bench {

struct Load {
  std::string address;  // HOST:PORT, of this machine only
  std::string path = "/";
  std::string body;                   // "{customer}" in it becomes a number that varies
  std::uint64_t customers = 100'000;  // how many different ones
  double requests_per_second = 1'000;
  std::size_t connections = 64;
  std::chrono::duration<double> warm_up{0.5};  // sent, but not counted
  std::chrono::duration<double> duration{5};
  std::chrono::duration<double> patience{5};  // after the end, for answers still missing
};

struct Observed {
  std::uint64_t planned = 0;
  std::uint64_t answered = 0;  // with a status of 2xx
  std::uint64_t refused = 0;   // with another status
  std::uint64_t lost = 0;      // connection lost, or no answer at all
  double answers_per_second = 0;
  std::vector<double> latencies;    // seconds, ascending; a lost request counts with the time it was waited for
  double quantile(double p) const;  // seconds; 0 when there are none
};

// An error when the address is not this machine's own, or when not even one connection can be made.
base::Result<Observed> run(const Load& load);

}  // namespace proffer::bench
