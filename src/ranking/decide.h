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
  std::span<const std::uint8_t> left_out = {};    // one an offer, not 0: it may not be shown; empty: all may
  const bandit::Model* model = nullptr;           // of an algorithm that has one
  bandit::Moment moment = {};                     // whom the model is asked about
  std::span<const double> value = {};             // by option id: values from elsewhere, in place of a model's
  std::span<const double> reward = {};            // by option id: what scores are multiplied with; empty: 1
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
