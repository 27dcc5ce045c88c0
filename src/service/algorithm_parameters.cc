#include "service/algorithm_parameters.h"

namespace proffer::service {
namespace {

using decision::AlgorithmSettings;
using decision::Disutility;
using decision::Utility;

template <class T>
void fill(T& parameter, const std::optional<T>& given) {
  if (given) parameter = *given;
}

void fill_from_log(const Randomisation& given, AlgorithmSettings& settings) {
  settings.naive_bayes.uniform_missing = given.missing_offers == "uniform";
  settings.q_learning = {.learning_rate = given.learning_rate,
                         .discount_factor = given.discount_factor,
                         .random_action = given.random_action,
                         .max_reward = given.max_reward,
                         .from_log = given.training_data_source == "logging"};
  fill(settings.network.alpha, given.alpha);
  fill(settings.network.iterations, given.iterations);
}

void fill_aversions(const Randomisation& given, AlgorithmSettings& settings) {
  fill(settings.loss_aversion.factor, given.loss_aversion_factor);
  fill(settings.loss_aversion.ucb_weight, given.ucb_weight);
  fill(settings.loss_aversion.exploration, given.exploration_factor);
  fill(settings.risk_aversion.coefficient, given.risk_aversion_coefficient);
}

void fill_prospects(const Randomisation& given, AlgorithmSettings::ProspectTheory& settings) {
  fill(settings.alpha, given.alpha);
  fill(settings.beta, given.beta);
  fill(settings.lambda, given.lambda);
  fill(settings.gamma_gain, given.gamma_gain);
  fill(settings.gamma_loss, given.gamma_loss);
  fill(settings.adaptive_drift, given.enable_adaptive_drift);
  fill(settings.base_drift, given.base_drift_rate);
}

void fill_sentiment(const Randomisation& given, AlgorithmSettings::Sentiment& settings) {
  fill(settings.decay_rate, given.decay_rate);
  fill(settings.effort_efficiency, given.effort_efficiency);
  fill(settings.discount_rate, given.discount_rate);
  if (given.utility == "linear") settings.utility = Utility::linear;
  if (given.utility == "log") settings.utility = Utility::logarithm;
  if (given.disutility == "linear") settings.disutility = Disutility::linear;
}

void fill_exposure(const Randomisation& given, AlgorithmSettings& settings) {
  fill(settings.coverage.gamma, given.gamma);
  fill(settings.long_tail.gamma, given.gamma);
  fill(settings.long_tail.latent_dim, given.latent_dim);
  fill(settings.long_tail.iterations, given.num_iters);
  fill(settings.long_tail.regularisation, given.reg_lambda);
  fill(settings.long_tail.entropy_weight, given.entropy_w);
}

void fill_generative(const PromptParameters& given, AlgorithmSettings::Generative& settings) {
  fill(settings.temperature, given.temperature);
  fill(settings.model, given.model);
  fill(settings.prompt, given.instructions);
  fill(settings.fallback, given.fallback);
}

}  // namespace

AlgorithmSettings settings_of(const Randomisation& given) {
  AlgorithmSettings settings;
  fill_from_log(given, settings);
  fill_aversions(given, settings);
  fill_prospects(given, settings.prospect_theory);
  fill_sentiment(given, settings.sentiment);
  fill_exposure(given, settings);
  if (given.prompt_parameters) fill_generative(*given.prompt_parameters, settings.generative);
  return settings;
}

}  // namespace proffer::service
