// The pure core of a decision: who is eligible, what each candidate scores, which slate comes out, and how likely that was.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "bandit/algorithm.h"
#include "decision/campaign.h"
#include "decision/record.h"

namespace proffer::ranking {

// What was learned, one entry an option id (LearnedArms gives exactly this).
struct ArmView {
  std::span<const double> alpha;
  std::span<const double> beta;
  std::span<const double> contacts;
  std::span<const double> accepted;
};

struct Request {
  decision::Context context;                      // blank: matches every value
  std::vector<std::string> eligible_offers;       // only these may be shown; empty: all
  std::uint32_t asked = 1;                        // offers wanted, >= 1
  double deployment_epsilon = 0;                  // the campaign's, or the request's own (`mab.epsilon`)
  std::uint64_t seed = 0;
  bool propensities = true;
};

struct Slate {
  std::vector<decision::ShownOffer> shown;        // in rank order; fewer than asked when fewer are eligible
  std::uint32_t eligible = 0;                     // candidate offers after all constraints
  bool explore = false;
  bool explore_model = false;
  decision::PropensityMethod method = decision::PropensityMethod::none;
  std::uint32_t draws = 0;
};

// Working memory of one thread: buffers that are used again, and tables that speed up propensities. Never changes a result.
class Scratch;

// Deterministic: equal arguments give the equal slate, bit for bit.
Slate decide(const decision::Campaign& campaign, const bandit::Policy& policy, const ArmView& arms, const Request& request,
             Scratch& scratch);

}  // namespace proffer::ranking
