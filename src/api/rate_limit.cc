#include "api/rate_limit.h"

#include <algorithm>

namespace proffer::api {

std::optional<double> RateLimit::take(std::string_view caller, const base::Clock& clock) {
  if (rate_ <= 0) return std::nullopt;
  const auto now = clock.now();
  const double burst = std::max(rate_, 1.0);
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= callers_kept) buckets_.clear();
  auto& bucket = buckets_.try_emplace(std::string(caller), Bucket{burst, now}).first->second;
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
