#include "bandit/place_counts.h"

#include <algorithm>

#include "bandit/gauss_legendre.h"
#include "bandit/vector_kernels.h"

namespace proffer::bandit {
namespace {

constexpr double least_resolved = 1e-5;  // smaller probabilities need no relative accuracy

}  // namespace

void PlaceCounts::reset(std::size_t places, std::size_t nodes) {
  places_ = places;
  nodes_ = nodes;
  level_ = 0;
  if (levels_.empty()) levels_.emplace_back();
  levels_[0].assign(places * nodes, 0.0);
  std::fill_n(levels_[0].begin(), nodes, 1.0);
}

void PlaceCounts::add(std::span<const double> tail, std::uint32_t copies) {
  double* counts = levels_[level_].data();
  const VectorKernels& kernels = vector_kernels();
  if (copies > 2 && places_ <= most_places_of_copies) {
    kernels.count_copies(tail.data(), copies, counts, nodes_, places_, tail.size());
    return;
  }
  for (std::uint32_t i = 0; i < copies; ++i) kernels.count(tail.data(), counts, nodes_, places_, tail.size());
}

void PlaceCounts::add(std::span<const std::span<const double>> tails) {
  if (places_ > most_places_of_many) {
    for (const auto& tail : tails) add(tail);
    return;
  }
  order_by_reach(tails);
  const std::size_t panels = nodes_ / GaussLegendre::points;
  vector_kernels().count_many(ordered_.data(), reach_.data(), levels_[level_].data(), nodes_, places_, panels);
}

// A counting sort. An empty tail has no place.
void PlaceCounts::order_by_reach(std::span<const std::span<const double>> tails) {
  reach_.assign(nodes_ / GaussLegendre::points, 0);
  for (const auto& tail : tails) {
    if (!tail.empty()) ++reach_[tail.size() / GaussLegendre::points - 1];
  }
  for (std::size_t panel = reach_.size(); panel-- > 1;) reach_[panel - 1] += reach_[panel];
  next_.assign(reach_.begin(), reach_.end());
  ordered_.resize(tails.size());
  for (const auto& tail : tails) {
    if (!tail.empty()) ordered_[--next_[tail.size() / GaussLegendre::points - 1]] = tail.data();
  }
}

double PlaceCounts::integrate(std::span<const double> scale, std::span<const Shown> shown, std::span<double> slot,
                              std::span<double> slate) {
  scale_ = scale;
  shown_ = shown;
  slot_ = slot;
  slate_ = slate;
  roughness_ = 0;
  if (!shown.empty()) integrate_between(0, shown.size());
  return roughness_;
}

// The counts of this level hold everybody but the shown candidates [first, last): halving leaves each one out in turn.
void PlaceCounts::integrate_between(std::size_t first, std::size_t last) {
  if (last - first == 1) {
    const Chances own = chances(scale_, shown_[first].density, first);
    slot_[first] = own.slot;
    slate_[first] = own.slate;
    roughness_ = std::max(roughness_, own.roughness);
    return;
  }
  const std::size_t middle = first + (last - first) / 2;
  push_copy();
  for (std::size_t i = middle; i < last; ++i) add(shown_[i].tail);
  integrate_between(first, middle);
  --level_;
  push_copy();
  for (std::size_t i = first; i < middle; ++i) add(shown_[i].tail);
  integrate_between(middle, last);
  --level_;
}

void PlaceCounts::push_copy() {
  if (levels_.size() == level_ + 1) levels_.emplace_back();
  levels_[level_ + 1].assign(levels_[level_].begin(),
                             levels_[level_].begin() + static_cast<std::ptrdiff_t>(places_ * nodes_));
  ++level_;
}

PlaceCounts::Chances PlaceCounts::chances(std::span<const double> scale, std::span<const double> density,
                                          std::size_t place) {
  const VectorKernels& kernels = vector_kernels();
  const double* counts = levels_[level_].data();
  const std::size_t panels = density.size() / GaussLegendre::points;
  sums_.resize(nodes_);
  kernels.sum_places(counts, nodes_, places_, sums_.data(), density.size());
  const Integral slot = kernels.integral(scale.data(), density.data(), counts + place * nodes_, panels);
  const Integral slate = kernels.integral(scale.data(), density.data(), sums_.data(), panels);
  const auto relative = [](const Integral& integral) {
    return integral.roughness / std::max(integral.value, least_resolved);
  };
  return {slot.value, slate.value, std::max(relative(slot), relative(slate))};
}

}  // namespace proffer::bandit
