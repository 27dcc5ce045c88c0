// How likely the candidates of mixtures stand above the nodes of a quadrature.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "bandit/gauss_legendre.h"
#include "bandit/score_mixtures.h"
#include "bandit/tail_table.h"

namespace proffer::bandit {

using NodeValues = std::array<double, GaussLegendre::points>;

// The scores factor * t of one part's law, at ascending log-odds of t between two ends. No other law begins or ends
// between these.
struct ScoreNodes {
  double factor;  // not 0
  double from;
  double to;
  NodeValues log_odds;
  NodeValues t;
};

// A part as seen from another part's law, by the log-odds of that: certain before `begin`, and certain to be the other
// way round after `end`, but for chances of about 1e-10. A fixed score has both in one place.
struct Facing {
  double begin;
  double end;
  bool above_before;  // it stands above before `begin`, and below after `end`; else the other way round
};

class MixtureTails {
 public:
  struct Part {
    double weight;
    double factor;
    const TailTable* law;  // null: the score is `factor`
  };

  // Nothing when there are more different Beta laws than limits::mixture_laws.
  static std::optional<MixtureTails> make(const ScoreMixtures& mixtures);

  std::size_t size() const { return first_.size() - 1; }
  std::span<const Part> of(std::size_t candidate) const { return of_candidate(std::span(parts_), candidate); }

  // How all parts face that one, which has a law; and those of one candidate.
  std::vector<Facing> facing(const Part& part) const;
  std::span<const Facing> of(std::size_t candidate, std::span<const Facing> facing) const {
    return of_candidate(facing, candidate);
  }

  // P(the candidate's score > that of each node); true when these are not all 0 or all 1, else tails[0] alone is set.
  // Adds what it cost to `steps`.
  bool above(std::size_t candidate, const ScoreNodes& nodes, std::span<const Facing> facing, NodeValues& tails,
             std::size_t& steps) const;

  // P(the candidate's score > score), and P(it is equal).
  struct Beside {
    double above = 0;
    double equal = 0;
  };
  Beside beside(std::size_t candidate, double score) const;

 private:
  const TailTable* table_of(const ScorePart& part);

  template <class T>
  std::span<const T> of_candidate(std::span<const T> parts, std::size_t candidate) const {
    return parts.subspan(first_[candidate], first_[candidate + 1] - first_[candidate]);
  }

  std::vector<std::unique_ptr<TailTable>> tables_;  // sorted by alpha and beta
  std::vector<Part> parts_;                         // of candidate i: [first_[i], first_[i + 1])
  std::vector<std::uint32_t> first_{0};
};

}  // namespace proffer::bandit
