// The pure core of a decision: who is eligible, what each candidate scores, which slate comes out, and how likely that
// was.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bandit/algorithm.h"
#include "decision/campaign.h"
#include "decision/record.h"
#include "ranking/candidates.h"
#include "ranking/scratch.h"

namespace proffer::ranking {

struct Request {
  decision::Context context = {};                 // blank: matches every value
  std::vector<std::string> eligible_offers = {};  // only these may be shown; empty: all
  std::uint32_t asked = 1;                        // offers wanted, >= 1
  double deployment_epsilon = 0;                  // the campaign's, or the request's own (`mab.epsilon`)
  std::uint64_t seed = 0;
  bool propensities = true;
};

struct Slate {
  std::vector<decision::ShownOffer> shown;  // in rank order; fewer than asked when fewer are eligible
  std::uint32_t eligible = 0;               // candidate offers after all constraints
  bool explore = false;
  bool explore_model = false;
  decision::PropensityMethod method = decision::PropensityMethod::none;
  std::uint32_t draws = 0;
};

// Deterministic: equal arguments give the equal slate, bit for bit. What one option draws depends on the seed and its
// own stream alone. O(options), and what the policy's propensities cost.
Slate decide(const decision::Campaign& campaign, const bandit::Policy& policy, const ArmView& arms,
             const Request& request, Scratch& scratch);

}  // namespace proffer::ranking
