#include "adapters/mongodb/clock_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"

namespace proffer::adapters {
namespace {

using base::Status;

}  // namespace

Status check_clock(MongoConnection& connection, const base::Clock& clock) {
  const Bson command = std::move(Bson().number("hello", 1));
  TRY(const auto client, connection.client());
  const auto before = clock.now();
  const auto reply = run_command(client, "admin", command);
  const auto after = clock.now();
  bson_iter_t at;
  if (!reply || !bson_iter_init_find(&at, *reply, "localTime") || !BSON_ITER_HOLDS_DATE_TIME(&at)) return {};
  const base::Time theirs{std::chrono::milliseconds{bson_iter_date_time(&at)}};
  const auto behind = std::max(before - theirs, theirs - after);
  if (behind <= base::limits::clocks_differ) return {};
  return base::fail(
      base::ErrorKind::unavailable,
      fmt::format("this machine's clock and that of the MongoDB at {} are {:.1f} s apart, and nodes order "
                  "records by time: set them by NTP",
                  connection.hosts(), static_cast<double>(behind.count()) / 1e6));
}

}  // namespace proffer::adapters
