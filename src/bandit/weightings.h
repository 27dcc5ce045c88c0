// The weightings of a campaign's options, as an algorithm looks them up for its candidates.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "bandit/algorithm.h"

namespace proffer::bandit {

class Weightings {
 public:
  explicit Weightings(const decision::Campaign& campaign);

  // Of an arm of the candidates; 1 unless its option says otherwise.
  double of(const Candidates& candidates, std::size_t arm) const;

 private:
  std::unordered_map<std::uint64_t, double> by_stream_;  // those that are not 1
};

}  // namespace proffer::bandit
