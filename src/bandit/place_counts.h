// In which place a candidate comes, when at each node t of a quadrature the others score above t independently: the
// truncated Poisson-binomial law of how many do.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bandit/aligned.h"

namespace proffer::bandit {

class PlaceCounts {
 public:
  // Nobody yet. `places` >= 1 is the length of the slate; `nodes` a multiple of 16. O(places * nodes).
  void reset(std::size_t places, std::size_t nodes);

  // `copies` candidates that score above node t with probability tail[t], and never above nodes past its end.
  // O(places * nodes) each; several equal ones cost O(places^2 * nodes) together.
  void add(std::span<const double> tail, std::uint32_t copies = 1);

  // One candidate for each tail. O(places * nodes) each.
  void add(std::span<const std::span<const double>> tails);

  // A shown candidate: its density at the nodes and its tail as above.
  struct Shown {
    std::span<const double> density;
    std::span<const double> tail;
  };

  // For each shown candidate, in rank order, the probability of its own place and of any place, given all that were
  // added and the other shown ones. Panels have 16 nodes; `scale` is their half widths, or what else they are to be
  // weighed with. Returns the largest roughness of these integrals (vector_kernels.h). O(places^2 log(places) * nodes).
  double integrate(std::span<const double> scale, std::span<const Shown> shown, std::span<double> slot,
                   std::span<double> slate);

  // The same for one candidate who comes in `place` (from 0), given all that were added; `density` as above.
  struct Chances {
    double slot = 0;
    double slate = 0;
    double roughness = 0;
  };
  Chances chances(std::span<const double> scale, std::span<const double> density, std::size_t place);

 private:
  void integrate_between(std::size_t first, std::size_t last);
  void push_copy();

  void order_by_reach(std::span<const std::span<const double>> tails);

  std::size_t places_ = 0;
  std::size_t nodes_ = 0;
  std::size_t level_ = 0;
  std::vector<AlignedDoubles> levels_;  // counts[place * nodes + node], one array a level of the recursion
  std::vector<const double*> ordered_;  // tails, the longest first
  std::vector<std::uint32_t> reach_;    // how many of them reach each panel
  std::vector<std::uint32_t> next_;     // where the next tail of each length goes, plus 1
  AlignedDoubles sums_;                 // over places, one a node
  double roughness_ = 0;
  std::span<const double> scale_;
  std::span<const Shown> shown_;
  std::span<double> slot_;
  std::span<double> slate_;
};

}  // namespace proffer::bandit
