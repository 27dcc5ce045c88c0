// Laws of scores that are no single Beta law: each candidate's is a mixture of fixed scores and of multiples of Beta
// laws.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bandit/algorithm.h"

namespace proffer::bandit {

// With chance `weight` the score is `factor`, where alpha is 0, else factor * Beta(alpha, beta).
struct ScorePart {
  double weight = 1;
  double factor = 0;  // finite, of either sign
  double alpha = 0;
  double beta = 0;

  bool fixed() const { return alpha == 0; }
};

class ScoreMixtures {
 public:
  // Of the candidate that is being made. Shapes are clamped as in beta_sampler.h; 0 times a law is the fixed score 0.
  void add_fixed(double weight, double score);
  void add_beta(double weight, double factor, double alpha, double beta);
  // Its parts, one or more, are whole; their weights add up to 1.
  void end_candidate();

  std::size_t size() const { return first_.size() - 1; }
  std::size_t parts() const { return parts_.size(); }
  std::span<const ScorePart> of(std::size_t candidate) const {
    return std::span(parts_).subspan(first_[candidate], first_[candidate + 1] - first_[candidate]);
  }

 private:
  std::vector<ScorePart> parts_;  // of candidate i: [first_[i], first_[i + 1])
  std::vector<std::uint32_t> first_{0};
};

// One Beta law an arm, times the arm's scale: what Thompson sampling draws.
ScoreMixtures beta_mixtures(const Candidates& candidates);

}  // namespace proffer::bandit
