// Listing decisions of all nodes, newest first.
#pragma once

#include <vector>

#include "adapters/mongodb/log_collection.h"
#include "store/decision_log.h"

namespace proffer::adapters {

// `before`: the record that query.before names; null: from the newest on.
base::Result<store::DecisionPage> list_decisions(LogCollection& collection, const std::vector<std::uint32_t>& nodes,
                                                 const store::DecisionQuery& query, const store::LogEntry* before);

}  // namespace proffer::adapters
