#include "calibration/folds.h"

#include <numeric>
#include <utility>

#include "base/random.h"

namespace proffer::calibration {

std::vector<std::uint8_t> stratified_folds(Labels labels, std::uint64_t seed) {
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  base::RandomStream chance(seed, 0);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[chance.below(i)]);
  std::vector<std::uint8_t> fold(labels.size());
  std::size_t dealt[2] = {0, folds / 2};
  for (const auto row : order) fold[row] = static_cast<std::uint8_t>(dealt[labels[row]]++ % folds);
  return fold;
}

}  // namespace proffer::calibration
