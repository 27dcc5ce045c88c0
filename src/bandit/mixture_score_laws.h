// Draws and tails of mixtures of fixed scores and multiples of Beta laws.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bandit/counted_propensities.h"
#include "bandit/score_mixtures.h"
#include "bandit/tail_table.h"

namespace proffer::bandit {

class MixtureScoreLaws final : public ScoreLaws {
 public:
  // `above` can be asked of the shown ones only.
  MixtureScoreLaws(const ScoreMixtures& mixtures, std::span<const std::uint32_t> shown);

  std::size_t size() const override { return mixtures_.size(); }
  void draw(std::uint64_t seed, std::span<Standing> standings) const override;
  double above(std::size_t candidate, const Standing& standing) const override;

 private:
  struct Tails {
    std::uint32_t candidate;
    std::vector<std::optional<TailTable>> tails;  // one a part; none of a fixed score
  };

  const ScoreMixtures& mixtures_;
  std::vector<Tails> shown_;  // by candidate
};

}  // namespace proffer::bandit
