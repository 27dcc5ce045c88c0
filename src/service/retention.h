// Prunes what the log no longer has to keep: writes down what every campaign had learned from it, then removes it
// whole, in small steps. Decisions go on meanwhile.
#pragma once

#include <chrono>
#include <optional>

#include "base/metrics.h"
#include "service/campaigns.h"
#include "service/learning.h"
#include "service/ports.h"

namespace proffer::service {

class Retention {
 public:
  // Records are kept for so many days, and up to one more, so that a baseline is written once a day. 0: for ever.
  Retention(const Ports& ports, Campaigns& campaigns, Learning& learning, base::Metrics& metrics,
            std::chrono::days keep);

  // Does one step of what is due; call it every second or so, on one node of a shared log.
  base::Status step();

 private:
  base::Result<bool> is_due();
  base::Status begin();

  Ports ports_;
  Campaigns& campaigns_;
  Learning& learning_;
  base::Counter& prunings_;
  const std::chrono::days keep_;
  std::optional<store::LogVector> pruning_;  // up to here, under way
};

}  // namespace proffer::service
