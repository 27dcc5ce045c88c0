// Baselines: what a campaign had learned from records that are pruned afterwards, as records of the log.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "store/decision_log.h"

namespace proffer::store {

struct Baseline {
  LogVector folded;   // the records that it includes
  std::string state;  // opaque, as a checkpoint's
};

// Appends it, in parts of limits::baseline_part_bytes, and returns when all are committed.
base::Status save_baseline(DecisionLog& log, std::uint32_t campaign, const Baseline& baseline);

// The last one of a campaign. Errors: internal when the log does not hold its parts.
base::Result<std::optional<Baseline>> load_baseline(DecisionLog& log, std::uint32_t campaign);

}  // namespace proffer::store
