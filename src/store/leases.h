// Who does what is to be done by one node of several: whoever holds the lease. It ends by itself, so that it passes on
// when its holder dies. It is no fence: two nodes can believe for a moment that they hold it, and what they do then
// must be harmless when done twice.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace proffer::store {

class Leases {
 public:
  virtual ~Leases() = default;

  // Takes or renews it for so long. False: another node holds it.
  virtual base::Result<bool> take(std::string_view name, base::Micros duration) = 0;
  virtual base::Status give_back(std::string_view name) = 0;
};

}  // namespace proffer::store
