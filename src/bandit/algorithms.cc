#include <array>
#include <string>

#include "bandit/algorithm.h"
#include "bandit/binary_thompson.h"
#include "bandit/coverage_aware_thompson.h"
#include "bandit/epsilon_greedy.h"
#include "bandit/long_tail.h"
#include "bandit/loss_aversion.h"
#include "bandit/naive_bayes.h"
#include "bandit/network.h"
#include "bandit/prospect_theory.h"
#include "bandit/q_learning.h"
#include "bandit/risk_aversion.h"
#include "bandit/sentimental_equilibrium.h"
#include "bandit/valued_policy.h"

namespace proffer::bandit {
namespace {

constexpr std::string_view behavior = "behaviorAlgos";
constexpr std::string_view generative = "generative";

constexpr std::array table{
    Algorithm{"binaryThompson", "", "Each offer scores one draw from the Beta posterior of its take-up.",
              make_binary_thompson},
    Algorithm{"epsilonGreedy", "",
              "Each offer scores its observed take-up, or a uniform random number while it has no contacts.",
              make_epsilon_greedy},
    Algorithm{"naiveBayes", "",
              "Each offer scores how likely this customer accepts it, given the features known of him.",
              make_model_policy, make_naive_bayes},
    Algorithm{"QLearning", "", "Each offer scores what it is worth next, given what the customer saw and took last.",
              make_model_policy, make_q_learning},
    Algorithm{"Network", "", "Each offer scores its PageRank among what was shown together.", make_model_policy,
              make_network},
    Algorithm{behavior, "lossAversion",
              "Each offer scores an upper confidence bound of its take-up, in which refusals count more.",
              make_loss_aversion},
    Algorithm{behavior, "riskAversion", "Each offer scores its observed take-up less a share of its variance.",
              make_risk_aversion},
    Algorithm{behavior, "prospectTheory",
              "Each offer scores the felt gain or loss of its take-up against the usual one.", make_prospect_theory},
    Algorithm{behavior, "sentimentalEquilibrium",
              "Offers come in random order; the answer says which effort keeps customers engaged at the best cost.",
              make_sentimental_equilibrium},
    Algorithm{behavior, "coverageAwareThompson",
              "Each offer scores one draw from a Beta law of its take-up, and less the more it was shown.",
              make_coverage_aware_thompson},
    Algorithm{behavior, "longTailBoostMF",
              "Each offer scores what customers alike accepted, and more the less it was shown.", make_long_tail_policy,
              make_long_tail},
    Algorithm{behavior, generative, "Each offer scores what a language model says of it.", make_model_policy},
};

std::string title(std::string_view approach, std::string_view sub_approach) {
  std::string title(approach);
  if (!sub_approach.empty()) title.append(" / ").append(sub_approach);
  return title;
}

}  // namespace

std::span<const Algorithm> algorithms() { return table; }

base::Result<const Algorithm*> find_algorithm(std::string_view approach, std::string_view sub_approach) {
  std::string known;
  for (const Algorithm& algorithm : table) {
    if (algorithm.approach == approach && algorithm.sub_approach == sub_approach) return &algorithm;
    if (!known.empty()) known += ", ";
    known += title(algorithm.approach, algorithm.sub_approach);
  }
  return base::fail(base::ErrorKind::invalid,
                    "unknown algorithm '" + title(approach, sub_approach) + "'; known: " + known);
}

base::Result<const Algorithm*> find_fallback(std::string_view name) {
  auto found = find_algorithm(name, "");
  if (!found) found = find_algorithm(behavior, name);
  if (!found) return found;
  if ((*found)->make_model == nullptr && (*found)->sub_approach != generative) return found;
  return base::fail(base::ErrorKind::invalid,
                    "expected an algorithm that needs no more than its arms, not '" + std::string(name) + "'");
}

}  // namespace proffer::bandit
