#include "bandit/page_rank.h"

#include <algorithm>
#include <cmath>

namespace proffer::bandit {
namespace {

constexpr double settled = 1e-13;

// What leaves each node, and the shares in which it does.
struct Shares {
  std::vector<double> of_edge;
  std::vector<bool> dangling;  // of each node
};

Shares shares_of(std::span<const RankEdge> edges, std::size_t nodes) {
  std::vector<double> sum(nodes, 0.0);
  for (const RankEdge& edge : edges) sum[edge.from] += edge.weight;
  Shares shares;
  for (const RankEdge& edge : edges) shares.of_edge.push_back(sum[edge.from] > 0 ? edge.weight / sum[edge.from] : 0);
  for (const double total : sum) shares.dangling.push_back(!(total > 0));
  return shares;
}

}  // namespace

std::vector<double> page_rank(std::span<const RankEdge> edges, std::span<const double> personalisation, double alpha,
                              std::size_t iterations) {
  const std::size_t nodes = personalisation.size();
  const Shares shares = shares_of(edges, nodes);
  std::vector<double> rank(nodes, 1 / static_cast<double>(nodes));
  std::vector<double> next(nodes);
  for (std::size_t iteration = 0; iteration < iterations; ++iteration) {
    double left = 0;
    for (std::size_t node = 0; node < nodes; ++node) left += shares.dangling[node] ? rank[node] : 0;
    for (std::size_t node = 0; node < nodes; ++node) next[node] = (1 - alpha + alpha * left) * personalisation[node];
    for (std::size_t i = 0; i < edges.size(); ++i) next[edges[i].to] += alpha * rank[edges[i].from] * shares.of_edge[i];
    double change = 0;
    for (std::size_t node = 0; node < nodes; ++node) change = std::max(change, std::abs(next[node] - rank[node]));
    rank.swap(next);
    if (change < settled) break;
  }
  return rank;
}

}  // namespace proffer::bandit
