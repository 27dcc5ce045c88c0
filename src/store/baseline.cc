#include "store/baseline.h"

#include <algorithm>

#include "base/limits.h"

namespace proffer::store {

base::Status save_baseline(DecisionLog& log, std::uint32_t campaign, const Baseline& baseline) {
  LogPosition first = 0;
  std::size_t at = 0;
  do {
    TRY(const auto place, log.reserve());
    const auto bytes = std::min(base::limits::baseline_part_bytes, baseline.state.size() - at);
    const bool last = at + bytes == baseline.state.size();
    log.append(place,
               decision::BaselineRecord{campaign, baseline.folded, first, last, baseline.state.substr(at, bytes)},
               [](const base::Status&) {});  // flush() tells
    if (first == 0) first = place.position;
    at += bytes;
    TRY_DO(log.flush());
  } while (at < baseline.state.size());
  return {};
}

base::Result<std::optional<Baseline>> load_baseline(DecisionLog& log, std::uint32_t campaign) {
  TRY(const auto span, log.find_baseline(campaign));
  if (!span) return std::nullopt;
  Baseline baseline;
  bool whole = false;
  TRY_DO(log.read(span->first - 1, span->last, [&](const LogEntry& entry) {
    const auto* part = std::get_if<decision::BaselineRecord>(&entry.record);
    const auto first = part == nullptr || part->first != 0 ? 0 : entry.position;
    if (part == nullptr || part->campaign != campaign || (first == 0 ? part->first : first) != span->first) return true;
    baseline.folded = part->folded;
    baseline.state += part->bytes;
    whole = part->last;
    return true;
  }));
  if (whole) return baseline;
  return base::fail(base::ErrorKind::internal, "the log is damaged: a baseline is not whole");
}

}  // namespace proffer::store
