// How many others stand above each of 16 nodes: the truncated Poisson-binomial law, as in place_counts.h but for one
// panel and one candidate at a time.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "bandit/gauss_legendre.h"

namespace proffer::bandit {

class NodeCounts {
 public:
  using Values = std::array<double, GaussLegendre::points>;

  // Nobody yet, and `places` to be told apart. O(places).
  void reset(std::size_t places);

  // One more candidate, who stands above for certain, or above node k with chance tails[k]. O(places).
  void add_certain() { ++certain_; }
  void add(const Values& tails);

  // So many stand above for certain that the rest does not matter.
  bool full() const { return certain_ >= counts_.size(); }

  // P(exactly `place` others stand above), P(fewer than all places), at each node.
  Values exactly(std::size_t place) const;
  Values fewer() const;

 private:
  std::vector<Values> counts_;  // P(so many of those added), one a place
  std::size_t certain_ = 0;
};

}  // namespace proffer::bandit
