// Reading the logs of all nodes as one, in the order in which records are folded.
#pragma once

#include "store/decision_log.h"

namespace proffer::store {

// Calls `visit` for the committed entries that `up_to` holds and `after` does not, in order (decision::order_of), until
// it returns false. Holds limits::merged_read_records of each node in memory.
base::Status read_merged(DecisionLog& log, const LogVector& after, const LogVector& up_to,
                         const std::function<bool(const LogEntry&)>& visit);

}  // namespace proffer::store
