// The parameters of the algorithms, one group each, with their defaults. The campaign document says which of its fields
// fills which.
#pragma once

#include <cstdint>
#include <string>

namespace proffer::decision {

enum class Utility : std::uint8_t { square_root, linear, logarithm };  // of engagement
enum class Disutility : std::uint8_t { quadratic, linear };            // of effort

struct AlgorithmSettings {
  struct NaiveBayes {
    bool uniform_missing = false;  // offers without contacts: score uniformly at random, else after all others
    bool operator==(const NaiveBayes&) const = default;
  };
  struct QLearning {
    double learning_rate = 0.25;    // 0 to 1
    double discount_factor = 0.75;  // 0 to 1
    double random_action = 0.2;     // 0 to 1, of a simulated step
    double max_reward = 10;         // of an accepted contact, >= 0
    bool from_log = false;          // walk the customer's contacts, else simulate him
    bool operator==(const QLearning&) const = default;
  };
  struct Network {
    double alpha = 1;              // 0 to 1: share of what comes along the edges, the rest by acceptance
    std::uint32_t iterations = 0;  // 0: as many as there are options
    bool operator==(const Network&) const = default;
  };
  struct LossAversion {
    double factor = 2;        // >= 1: how many times a refusal counts while refusals prevail
    double ucb_weight = 0.5;  // 0 to 1: share of the learned probability in the score, the rest is the bound's
    double exploration = 2;   // >= 0, the factor under the root
    bool operator==(const LossAversion&) const = default;
  };
  struct RiskAversion {
    double coefficient = 1;  // 0 to 2
    bool operator==(const RiskAversion&) const = default;
  };
  struct ProspectTheory {
    double alpha = 0.88;       // above 0, to 1: exponent of gains
    double beta = 0.88;        // above 0, to 1: exponent of losses
    double lambda = 2.25;      // >= 0: weight of losses
    double gamma_gain = 0.61;  // above 0, to 1: curvature of the weights of chances, of gains
    double gamma_loss = 0.69;  // and of losses
    bool adaptive_drift = true;
    double base_drift = 0.05;  // 0 to 1: share of equal scores in each score
    bool operator==(const ProspectTheory&) const = default;
  };
  struct Sentiment {
    double decay_rate = 0.1;       // r > 0: how fast engagement decays
    double effort_efficiency = 1;  // a > 0: engagement that a unit of effort makes
    double discount_rate = 0.05;   // rho >= 0
    Utility utility = Utility::square_root;
    Disutility disutility = Disutility::quadratic;
    bool operator==(const Sentiment&) const = default;
  };
  struct Coverage {
    double gamma = 1;  // >= 0: exponent of exposure
    bool operator==(const Coverage&) const = default;
  };
  struct LongTail {
    double gamma = 0.4;            // >= 0: exponent of exposure
    std::uint32_t latent_dim = 6;  // 1 to 32: length of the factors
    std::uint32_t iterations = 8;  // 1 to 100 sweeps of a fit
    double regularisation = 0.05;  // above 0
    double entropy_weight = 0;     // >= 0: boost of offers of uncertain take-up
    bool operator==(const LongTail&) const = default;
  };
  struct Generative {
    double temperature = 1;                   // 0 to 2
    std::string model;                        // empty: the server's
    std::string prompt;                       // added to the instructions
    std::string fallback = "binaryThompson";  // approach that decides when there is no valid reply
    bool operator==(const Generative&) const = default;
  };

  NaiveBayes naive_bayes;
  QLearning q_learning;
  Network network;
  LossAversion loss_aversion;
  RiskAversion risk_aversion;
  ProspectTheory prospect_theory;
  Sentiment sentiment;
  Coverage coverage;
  LongTail long_tail;
  Generative generative;

  bool operator==(const AlgorithmSettings&) const = default;
};

}  // namespace proffer::decision
