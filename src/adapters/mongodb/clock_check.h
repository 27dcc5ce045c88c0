// Whether this machine's clock agrees with those of the other nodes.
#pragma once

#include "adapters/mongodb/connection.h"
#include "base/clock.h"
#include "base/result.h"

namespace proffer::adapters {

// `unavailable` where this machine's clock and the database's are more than limits::clocks_differ apart: nodes order
// their records by time.
base::Status check_clock(MongoConnection& connection, const base::Clock& clock);

}  // namespace proffer::adapters
