#include "training/split.h"

#include <algorithm>
#include <array>

#include "base/random.h"

namespace proffer::training {
namespace {

// The rows of each class, in random order.
std::array<std::vector<std::size_t>, 2> shuffled_classes(std::span<const float> labels, std::uint64_t seed) {
  std::array<std::vector<std::size_t>, 2> out;
  for (std::size_t row = 0; row < labels.size(); ++row) out[labels[row] > 0 ? 1 : 0].push_back(row);
  base::RandomStream chance(seed, 0x73706c6974ULL);
  for (auto& rows : out) {
    for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[chance.below(i)]);
  }
  return out;
}

}  // namespace

Split stratified_split(std::span<const float> labels, std::uint64_t seed) {
  constexpr std::size_t one_in = 5;
  Split out;
  for (const auto& rows : shuffled_classes(labels, seed)) {
    const std::size_t held = rows.size() < 2 ? 0 : std::max<std::size_t>(rows.size() / one_in, 1);
    const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(held);
    out.held_out.insert(out.held_out.end(), rows.begin(), middle);
    out.learned.insert(out.learned.end(), middle, rows.end());
  }
  std::sort(out.held_out.begin(), out.held_out.end());
  std::sort(out.learned.begin(), out.learned.end());
  return out;
}

}  // namespace proffer::training
