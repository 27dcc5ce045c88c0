// A token bucket for each caller: `rate` requests a second, bursts of one second's worth.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"

namespace proffer::api {

class RateLimit {
 public:
  explicit RateLimit(double rate) : rate_(rate) {}  // 0: no limit

  // Takes a token. Nothing: go on; else the seconds after which there is one again.
  std::optional<double> take(std::string_view caller, const base::Clock& clock);

 private:
  struct Bucket {
    double tokens = 0;
    base::Time filled;
  };
  static constexpr std::size_t callers_kept = 100'000;  // beyond, all buckets start anew

  double rate_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace proffer::api
