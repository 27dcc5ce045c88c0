// The score laws of Thompson sampling: uniform mixtures of the Beta laws of each candidate's arms, in log-odds.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bandit/beta_tail.h"
#include "bandit/counted_propensities.h"

namespace proffer::bandit {

class BetaScoreLaws final : public ScoreLaws {
 public:
  // `above` can be asked of the shown ones only.
  BetaScoreLaws(const Candidates& candidates, std::span<const std::uint32_t> shown);

  std::size_t size() const override { return candidates_.size(); }
  void draw(std::uint64_t seed, std::span<Standing> standings) const override;
  double above(std::size_t candidate, const Standing& standing) const override;

 private:
  std::size_t draw_arm(std::uint64_t seed, std::size_t candidate) const;

  struct Mixture {
    std::uint32_t candidate;
    std::vector<BetaTail> tails;
  };

  const Candidates& candidates_;
  std::vector<Mixture> shown_;  // by candidate
};

}  // namespace proffer::bandit
