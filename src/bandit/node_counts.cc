#include "bandit/node_counts.h"

namespace proffer::bandit {

void NodeCounts::reset(std::size_t places) {
  counts_.assign(places, Values{});
  counts_[0].fill(1);
  certain_ = 0;
}

void NodeCounts::add(const Values& tails) {
  for (std::size_t place = counts_.size(); place-- > 1;) {
    for (std::size_t k = 0; k < tails.size(); ++k) {
      counts_[place][k] += tails[k] * (counts_[place - 1][k] - counts_[place][k]);
    }
  }
  for (std::size_t k = 0; k < tails.size(); ++k) counts_[0][k] *= 1 - tails[k];
}

NodeCounts::Values NodeCounts::exactly(std::size_t place) const {
  return place < certain_ ? Values{} : counts_[place - certain_];
}

NodeCounts::Values NodeCounts::fewer() const {
  Values sum{};
  for (std::size_t place = 0; place + certain_ < counts_.size(); ++place) {
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += counts_[place][k];
  }
  return sum;
}

}  // namespace proffer::bandit
