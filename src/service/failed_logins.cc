#include "service/failed_logins.h"

namespace proffer::service {

bool FailedLogins::may_try(std::string_view address, base::Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(address);
  return found == counts_.end() || found->second.failures < base::limits::failed_logins || is_over(found->second, now);
}

void FailedLogins::add(std::string_view address, base::Time now) {
  const std::lock_guard lock(mutex_);
  if (counts_.size() >= addresses_kept) counts_.clear();
  auto& count = counts_.try_emplace(std::string(address), Count{0, now}).first->second;
  if (is_over(count, now)) count = {0, now};
  ++count.failures;
}

}  // namespace proffer::service
