// Who a node is, and whether its clock agrees with the others'.
#pragma once

#include <string>

#include "adapters/mongodb/connection.h"
#include "base/clock.h"
#include "base/result.h"

namespace proffer::adapters {

// The id of a data directory, kept in its file `node`; made when it is first asked for.
base::Result<std::string> node_identity(const std::string& directory);

// `unavailable` where this machine's clock and the database's are more than limits::clocks_differ apart: nodes order
// their records by time.
base::Status check_clock(MongoConnection& connection, const base::Clock& clock);

}  // namespace proffer::adapters
