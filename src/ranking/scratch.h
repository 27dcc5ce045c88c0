// Working memory of one thread: buffers that are used again, and tables that speed up propensities. Never changes a
// result.
#pragma once

#include <cstdint>
#include <vector>

#include "bandit/propensity_tables.h"
#include "ranking/candidates.h"

namespace proffer::ranking {

class Scratch {
 public:
  CandidateSet candidates;
  std::vector<double> scores;        // one a candidate
  std::vector<double> scaled;        // likewise, where candidates have a scale
  std::vector<std::uint32_t> order;  // candidates; the shown ones stand first
  bandit::PropensityTables tables;
};

}  // namespace proffer::ranking
