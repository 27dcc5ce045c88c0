#include "boosting/leaf_values.h"

#include <numeric>

namespace proffer::boosting {
namespace {

constexpr int most_halvings = 10;

struct State {
  std::vector<LeafSums> sums;
  double loss = 0;
};

template <class T>
std::span<const T> part_of(std::span<const T> list, const Block& block) {
  return list.empty() ? list : list.subspan(block.begin, block.end - block.begin);
}

// Sums and loss with `shift` added in each leaf: by blocks, added up in their order.
State state_at(Loss loss, const LeafRows& rows, const std::vector<double>& shift, Parallel& parallel) {
  const std::size_t blocks = blocks_of(rows.raw.size()), leaves = shift.size();
  std::vector<LeafSums> sums(blocks * leaves);
  std::vector<double> losses(blocks);
  parallel.for_each(blocks, [&](std::size_t b) {
    const auto block = block_at(b, rows.raw.size());
    losses[b] =
        add_derivatives(loss, part_of(rows.raw, block), part_of(rows.targets, block), part_of(rows.weights, block),
                        part_of(rows.leaf_of, block), shift, std::span(sums).subspan(b * leaves, leaves));
  });
  State out{std::vector<LeafSums>(leaves), std::accumulate(losses.begin(), losses.end(), 0.0)};
  for (std::size_t i = 0; i < sums.size(); ++i) {
    out.sums[i % leaves].gradient += sums[i].gradient;
    out.sums[i % leaves].hessian += sums[i].hessian;
  }
  return out;
}

double mean_weight(std::span<const float> weights) {
  if (weights.empty()) return 1;
  return std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
}

}  // namespace

std::vector<double> leaf_values(Loss loss, const LeafRows& rows, std::size_t leaves, double l2,
                                std::uint32_t iterations, Parallel& parallel) {
  const double ridge = l2 * mean_weight(rows.weights);
  std::vector<double> values(leaves), tried(leaves);
  auto state = state_at(loss, rows, values, parallel);
  for (std::uint32_t i = 0; i < iterations; ++i) {
    State next;
    double scale = 1;
    for (int halving = 0; halving <= most_halvings; ++halving, scale /= 2) {
      for (std::size_t leaf = 0; leaf < leaves; ++leaf) {
        const auto& [gradient, hessian] = state.sums[leaf];
        tried[leaf] = values[leaf] + (hessian + ridge > 0 ? scale * gradient / (hessian + ridge) : 0);
      }
      next = state_at(loss, rows, tried, parallel);
      if (next.loss < state.loss) break;
    }
    if (!(next.loss < state.loss)) return values;
    values = tried;
    state = std::move(next);
  }
  return values;
}

std::vector<double> leaf_weights(const LeafRows& rows, std::size_t leaves) {
  std::vector<double> out(leaves);
  for (std::size_t r = 0; r < rows.leaf_of.size(); ++r)
    out[rows.leaf_of[r]] += rows.weights.empty() ? 1 : rows.weights[r];
  return out;
}

}  // namespace proffer::boosting
