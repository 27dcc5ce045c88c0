#include "bandit/arm_weight.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace proffer::bandit {
namespace {

constexpr double one = 0x1p32;
constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();

// From this index on even the largest reward decays to less than half of 2^-32.
std::uint64_t decay_horizon(double gamma) {
  if (!(gamma > 1)) return endless;
  const double index = std::ceil(std::log(2 * largest_reward * one) / std::log(gamma)) + 1;
  return index < 1e18 ? static_cast<std::uint64_t>(index) : endless;
}

}  // namespace

double to_real(Fixed sum) { return static_cast<double>(sum) / one; }

Selection::Selection(const decision::LearningSettings& settings)
    : gamma_(settings.decay_gamma),
      count_(settings.processing_count),
      horizon_(std::min(settings.interaction_count == 0 ? endless : settings.interaction_count, decay_horizon(gamma_))),
      ordered_(settings.processing_window.count() > 0 || count_ > 0),
      personal_(horizon_ != endless || gamma_ > 1) {}

std::int64_t Selection::weight(double reward, std::uint64_t index) {
  if (!(gamma_ > 1) || index == 0) return std::llround(reward * one);
  while (powers_.size() <= index) powers_.push_back(std::pow(gamma_, -static_cast<double>(powers_.size())));
  return std::llround(reward * powers_[index] * one);
}

double RewardRuns::at(decision::LogOrder position) const {
  const auto later = std::upper_bound(runs_.begin() + 1, runs_.end(), position,
                                      [](decision::LogOrder p, const Run& run) { return p < run.from; });
  return std::prev(later)->reward;
}

void RewardRuns::keep_only(std::vector<decision::LogOrder> positions) {
  std::sort(positions.begin(), positions.end());
  RewardRuns kept;
  for (const auto position : positions) kept.note(position, at(position));
  *this = std::move(kept);
}

void RewardRuns::encode(base::ByteWriter& out) const {
  out.varint(runs_.size());
  decision::LogOrder last = 0;
  for (const auto& run : runs_) {
    out.varint(run.from - last);
    out.real(run.reward);
    last = run.from;
  }
}

bool RewardRuns::decode(base::ByteReader& in) {
  const std::uint64_t count = in.varint();
  if (count > in.remaining()) return false;
  decision::LogOrder position = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t step = in.varint();
    const double reward = in.real();
    if (!in.ok() || (i > 0 && step == 0) || step > endless - position) return false;
    if (!(reward >= 0 && reward <= largest_reward)) return false;
    runs_.push_back({position += step, reward});
  }
  return in.ok();
}

}  // namespace proffer::bandit
