#include "api/rate_limit.h"

#include <algorithm>

namespace proffer::api {

std::optional<double> RateLimit::take(const std::string& caller, base::Time now) {
  if (rate_ <= 0) return std::nullopt;
  const double burst = std::max(rate_, 1.0);
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= callers_kept) buckets_.clear();
  auto& bucket = buckets_.try_emplace(caller, Bucket{burst, now}).first->second;
  const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.tokens = std::min(burst, bucket.tokens + std::max(seconds, 0.0) * rate_);
  bucket.filled = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return std::nullopt;
  }
  return (1 - bucket.tokens) / rate_;
}

}  // namespace proffer::api
