// The algorithms behind one interface, and the one table that names them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "bandit/model.h"
#include "base/result.h"
#include "decision/campaign.h"
#include "decision/record.h"

namespace proffer::bandit {

class PropensityTables;

// The candidates of one decision: n offers, each with one arm or, where several options fit equally well, several, one
// of which was drawn to speak for it. All arms lie flat; candidate i has the arms [first[i], first[i + 1]).
struct Candidates {
  std::span<const double> alpha;  // posterior of each arm
  std::span<const double> beta;
  std::span<const double> contacts;  // weight of its selected contacts, and of the accepted ones among them
  std::span<const double> accepted;
  std::span<const std::uint64_t> stream;   // key of its random numbers
  std::span<const std::uint32_t> first;    // n + 1 entries
  std::span<const std::uint32_t> speaker;  // n entries: the arm that speaks for candidate i
  std::span<const double> value = {};      // what the campaign's model says of each arm, NaN where it knows nothing;
                                           // empty without a model
  std::span<const double> scale = {};      // each arm's score counts times this, finite, of either sign; empty: 1

  std::size_t size() const { return speaker.size(); }
};

// For each shown candidate: P(in its own place) and P(anywhere in the slate), given that no epsilon was hit.
struct Propensities {
  std::vector<double> slot;
  std::vector<double> slate;
  decision::PropensityMethod method = decision::PropensityMethod::none;
  std::uint32_t draws = 0;
};

// Maps what was learned to scores on a scale of the policy's own, larger is better. A slate is the candidates in
// descending order of score, ties broken at random.
// Pure: the same candidates and seed give the same scores, and what one arm draws depends on its own stream alone.
class Policy {
 public:
  virtual ~Policy() = default;

  // scores[i] of candidate i, before `scale`; scores.size() == candidates.size(). Where candidates.scale is not empty,
  // the slate is ordered by scale_scores (scaled_scores.h) of these.
  virtual void score(const Candidates& candidates, std::uint64_t seed, std::span<double> scores) const = 0;

  // A score as it is shown and logged, before `scale`: a growing function, by which close scores may become equal.
  virtual double reported(double score) const { return score; }

  // Puts scores in order whose scaled values are equal although they come from different ones: larger is better. Equal
  // numbers are a tie.
  virtual double finer(double /*score*/, double /*scale*/) const { return 0; }

  // The propensities of `shown` (candidate indexes in rank order; a prefix of the full ranking), by scaled scores where
  // there is a scale. `seed` is used where draws are counted. `tables` is a cache that speeds up and never changes a
  // result.
  virtual Propensities propensities(const Candidates& candidates, std::span<const std::uint32_t> shown,
                                    std::uint64_t seed, PropensityTables& tables) const = 0;
};

struct Algorithm {
  std::string_view approach;      // `randomisation.approach`
  std::string_view sub_approach;  // empty unless the approach is behaviorAlgos
  std::string_view summary;       // one sentence for the manual and the console
  std::unique_ptr<Policy> (*make)(const decision::Campaign&);
  std::unique_ptr<Model> (*make_model)(const decision::Campaign&) = nullptr;  // null: the arms are all it needs
};

std::span<const Algorithm> algorithms();

// `invalid`, naming the known ones, when there is no such algorithm.
base::Result<const Algorithm*> find_algorithm(std::string_view approach, std::string_view sub_approach);

// What decides in place of an algorithm that cannot: by its approach, or its sub_approach within behaviorAlgos.
// `invalid` for unknown ones and for those that need a model or somebody else's reply.
base::Result<const Algorithm*> find_fallback(std::string_view name);

}  // namespace proffer::bandit
