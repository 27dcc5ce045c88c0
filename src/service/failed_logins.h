// Counts failed logins of each address, so that nobody tries passwords for long.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/limits.h"

namespace proffer::service {

// Failures are forgotten together, limits::failed_logins_window after the first of them. Safe to call concurrently.
class FailedLogins {
 public:
  bool may_try(std::string_view address, base::Time now);
  void add(std::string_view address, base::Time now);

 private:
  struct Count {
    unsigned failures = 0;
    base::Time first;
  };
  static constexpr std::size_t addresses_kept = 100'000;  // beyond, all are forgotten
  static bool is_over(const Count& count, base::Time now) {
    return now - count.first >= base::limits::failed_logins_window;
  }

  std::mutex mutex_;
  std::map<std::string, Count, std::less<>> counts_;
};

}  // namespace proffer::service
