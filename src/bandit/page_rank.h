// PageRank on a weighted graph.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace proffer::bandit {

struct RankEdge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  double weight = 0;  // >= 0; those that leave a node need not sum to 1
};

// Ranks of the nodes, one entry a personalisation; both sum to 1. A node that no weight leaves hands its rank on by the
// personalisation. Stops early when no rank changes by more than 1e-13. O(iterations * (edges + nodes)).
std::vector<double> page_rank(std::span<const RankEdge> edges, std::span<const double> personalisation, double alpha,
                              std::size_t iterations);

}  // namespace proffer::bandit
