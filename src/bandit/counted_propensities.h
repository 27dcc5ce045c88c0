// Propensities counted from draws where they are too dear to compute.
#pragma once

#include <compare>
#include <cstdint>
#include <span>

#include "bandit/algorithm.h"
#include "base/random.h"

namespace proffer::bandit {

// A score and the number that decides among equal ones.
struct Standing {
  double score = 0;
  double tie = 0;

  auto operator<=>(const Standing&) const = default;
};

// The independent laws of the candidates' scores.
class ScoreLaws {
 public:
  virtual ~ScoreLaws() = default;
  virtual std::size_t size() const = 0;

  // One independent draw of all candidates; `standings` has one entry each. A function of the seed.
  virtual void draw(std::uint64_t seed, std::span<Standing> standings) const = 0;

  // P(the candidate stands above what is given).
  virtual double above(std::size_t candidate, const Standing& standing) const = 0;
};

// Conditional Monte Carlo (Asmussen and Glynn, Stochastic Simulation, 2007, V.4): each draw samples all candidates and,
// for each shown one, adds the probability that its own score falls between the neighbours that its place needs.
// Unbiased for `draws` >= 1, and far less noisy than counting hits. Deterministic in `seed`.
Propensities count_propensities(const ScoreLaws& laws, std::span<const std::uint32_t> shown, std::uint64_t seed,
                                std::uint32_t draws);

// How many draws decisions among so many candidates get.
std::uint32_t draws_for(std::size_t candidates);

// Numerical error may leave a probability of something that did happen at or below 0, or above 1: brings all of them
// into [1e-12, 1], and no slate propensity below its slot propensity. Where all `candidates` are shown, each is in the
// slate for certain.
void bound_propensities(Propensities& propensities, std::size_t candidates);

}  // namespace proffer::bandit
