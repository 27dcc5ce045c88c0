// Which store this is: nodes that share one have the same id, a node with a store of its own another.
#pragma once

#include <string>

#include "base/result.h"
#include "service/ports.h"

namespace proffer::service {

// A uuid, made when it is first asked for.
base::Result<std::string> store_id(const Ports& ports);

}  // namespace proffer::service
