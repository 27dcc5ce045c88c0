// The documents of the logging collections, rendered from records whenever they are read.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "decision/record.h"
#include "service/definition.h"

namespace proffer::service {

// logging.ecosystemruntime: a decision.
boost::json::object contact_document(const decision::LogEntry& entry, const Definition& definition);

// logging.ecosystemruntime_response: an outcome of it.
boost::json::object response_document(const decision::LogEntry& outcome, const decision::LogEntry& decision,
                                      const Definition& definition);

// logging.ecosystemruntime_flatten: one row an exposure; `accepted` from the outcomes of the decision.
std::vector<boost::json::object> flatten_rows(const decision::LogEntry& decision,
                                              const std::vector<decision::LogEntry>& outcomes,
                                              const Definition& definition);

}  // namespace proffer::service
