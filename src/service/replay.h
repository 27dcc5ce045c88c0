// Decides again what was decided before, from the log alone, and compares.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "service/campaigns.h"
#include "service/decide.h"
#include "service/ports.h"

namespace proffer::service {

struct Replayed {
  decision::LogEntry recorded;
  DefinitionPtr definition;
  ranking::Slate slate;                  // as decided again
  std::vector<std::string> differences;  // empty: ranking and scores are equal bit for bit, propensities to 1e-9
};

// The error for a uuid that the log does not hold: gone when records of its time were pruned, else not_found.
tl::unexpected<base::Error> absent_decision(store::DecisionLog& log, const base::Uuid& uuid);

class Replay {
 public:
  Replay(const Ports& ports, Campaigns& campaigns) : ports_(ports), campaigns_(campaigns) {}

  // `not_found`: no such decision; `invalid`: an imported one, which Proffer did not make. Reads the log up to it.
  base::Result<Replayed> run(const std::string& project, const base::Uuid& uuid);

 private:
  Ports ports_;
  Campaigns& campaigns_;
};

}  // namespace proffer::service
