// The documents of the logging collections, rendered from records whenever they are read.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "decision/record.h"
#include "service/definition.h"

namespace proffer::service {

// The process that shows the documents, as their member `server` names it.
struct ServerInfo {
  std::string hostname;
  std::string address;
  std::string port;
  std::string version;
};

// logging.ecosystemruntime: a decision.
boost::json::object contact_document(const decision::LogEntry& entry, const Definition& definition,
                                     const ServerInfo& server = {});

// logging.ecosystemruntime_response: an outcome of it.
boost::json::object response_document(const decision::LogEntry& outcome, const decision::LogEntry& decision,
                                      const Definition& definition, const ServerInfo& server = {});

// logging.ecosystemruntime_flatten: one row an exposure; `accepted` from the outcomes of the decision.
std::vector<boost::json::object> flatten_rows(const decision::LogEntry& decision,
                                              const std::vector<decision::LogEntry>& outcomes,
                                              const Definition& definition);

}  // namespace proffer::service
