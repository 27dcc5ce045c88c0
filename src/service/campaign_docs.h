// What each field of a campaign document means and may hold; shown in the API's schemas.
#pragma once

#include <array>
#include <string_view>

#include "base/limits.h"
#include "document/describe.h"
#include "service/campaign_document.h"

namespace proffer::service {

inline constexpr double longest_interval_ms = 1e13;  // about three centuries
inline constexpr double largest_count = 1e12;
inline constexpr double largest_reward = 1e6;

inline constexpr std::array<std::string_view, 2> true_or_false_text{"true", "false"};
inline constexpr std::array<std::string_view, 2> hook_failures{"fail", "continue"};
inline constexpr std::array<std::string_view, 2> training_sources{"feature_store", "logging"};
inline constexpr std::array<std::string_view, 2> missing_offer_rules{"none", "uniform"};
inline constexpr std::array<std::string_view, 3> utilities{"sqrt", "linear", "log"};
inline constexpr std::array<std::string_view, 2> disutilities{"quadratic", "linear"};
inline constexpr std::array<std::string_view, 3> execution_types{"", "internal", "external"};

// Clients store numbers as text ("0", "1") as well; both are read, numbers are written.
inline constexpr document::Rules share{.text_accepted = true, .minimum = 0, .maximum = 1};
inline constexpr document::Rules some_share{.text_accepted = true, .maximum = 1, .above = 0};
inline constexpr document::Rules factor{.text_accepted = true, .minimum = 0, .maximum = 1000};
inline constexpr document::Rules some_factor{.text_accepted = true, .maximum = 1000, .above = 0};

// Rules under the name that the field has in JSON.
consteval document::Rules named(std::string_view json_name, document::Rules rules) {
  rules.json_name = json_name;
  return rules;
}
inline constexpr document::Rules reward{.text_accepted = true, .minimum = 0, .maximum = largest_reward};
inline constexpr document::Rules count{.text_accepted = true, .minimum = 0, .maximum = largest_count};
inline constexpr document::Rules interval{.text_accepted = true, .minimum = 0, .maximum = longest_interval_ms};
inline constexpr document::Rules some_constraints{.max_items = base::limits::constraints_per_campaign};

}  // namespace proffer::service

namespace proffer::document {

template <>
struct Docs<service::PromptParameters> {
  static constexpr std::string_view title = "PromptParameters";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"temperature",
       "How freely the language model answers; by default 1.",
       {.text_accepted = true, .minimum = 0, .maximum = 2}},
      {"model", "Name of the language model; by default the server's.", {.max_bytes = base::limits::text_field_bytes}},
      {"instructions",
       "Added to what the language model is told to do.",
       {.max_bytes = base::limits::prompt_instructions_bytes}},
      {"fallback",
       "Approach, or sub_approach within behaviorAlgos, that decides when there is no valid reply; by default "
       "binaryThompson.",
       {.max_bytes = 100}},
  });
};

template <>
struct Docs<service::Randomisation> {
  static constexpr std::string_view title = "Randomisation";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"approach", "The algorithm, binaryThompson or epsilonGreedy for example."},
      {"sub_approach", "The algorithm within behaviorAlgos; empty otherwise."},
      {"epsilon", "Chance that the algorithm itself explores: all offers score uniformly at random.", service::share},
      {"success_reward", "Added to alpha by a contact that was accepted.", service::reward},
      {"fail_reward", "Added to beta by a contact that was not accepted.", service::reward},
      {"prior_success_reward", "Added to alpha_zero by each take-up in the set-up store.", service::reward},
      {"prior_fail_reward", "Added to beta_zero by each row of the set-up store without take-up.", service::reward},
      {"processing_window", "Milliseconds back from now in which contacts count; 0: all of them.", service::interval},
      {"processing_count", "The newest contacts that count; 0: all of them.", service::count},
      {"decay_gamma",
       "The n-th newest contact of a customer with an option, from 0, weighs decay_gamma to the power -n; 1: all the "
       "same.",
       {.text_accepted = true, .minimum = 1, .maximum = service::largest_reward}},
      {"interaction_count", "The newest contacts of one customer with an option that count; 0: all of them.",
       service::count},
      {"test_options_across_segment",
       "Whether options are offered outside their segment at times.",
       {.max_bytes = 100}},
      {"cross_segment_epsilon", "Chance that an option is offered outside its segment.", service::share},
      {"cache_duration", "Milliseconds for which an answer may be repeated; 0: never.", service::interval},
      {"calendar", "Name of a calendar, or None.", {.max_bytes = 100}},
      {"batch", "Whether the campaign runs as a batch.", {.allowed = service::true_or_false_text}},
      {"learning_rate", "Q-learning: how far a step moves a value.", service::share},
      {"discount_factor", "Q-learning: weight of what comes after.", service::share},
      {"random_action", "Q-learning: chance of a random action in a simulated step.", service::share},
      {"max_reward", "Q-learning: the largest reward.", service::reward},
      {"training_data_source", "Q-learning: where histories come from.", {.allowed = service::training_sources}},
      {"missing_offers",
       "Naive Bayes: what an offer without history scores.",
       {.allowed = service::missing_offer_rules}},
      {"alpha", "prospectTheory: exponent of gains, by default 0.88. Network: share of what comes along the edges, 1.",
       service::some_share},
      {"beta", "prospectTheory: exponent of losses, by default 0.88.", service::some_share},
      {"gamma",
       "Exponent of exposure: coverageAwareThompson, by default 1, and longTailBoostMF, 0.4.",
       {.text_accepted = true, .minimum = 0, .maximum = 10}},
      {"lambda", "prospectTheory: weight of losses, by default 2.25.", service::factor},
      {"gamma_gain", "prospectTheory: curvature of the weights of chances of gains, by default 0.61.",
       service::named("gammaGain", service::some_share)},
      {"gamma_loss", "prospectTheory: curvature of the weights of chances of losses, by default 0.69.",
       service::named("gammaLoss", service::some_share)},
      {"enable_adaptive_drift", "prospectTheory: offers of few contacts drift further to the middle; by default true.",
       service::named("enableAdaptiveDrift", {.text_accepted = true})},
      {"base_drift_rate", "prospectTheory: share of equal scores in each score, by default 0.05.",
       service::named("baseDriftRate", service::share)},
      {"loss_aversion_factor", "lossAversion: how many times a refusal counts while refusals prevail, by default 2.",
       service::named("lossAversionFactor", {.text_accepted = true, .minimum = 1, .maximum = 1000})},
      {"ucb_weight", "lossAversion: share of the learned probability against the confidence bound, by default 0.5.",
       service::named("ucbWeight", service::share)},
      {"exploration_factor", "lossAversion: width of the confidence bound, by default 2.",
       service::named("explorationFactor", service::factor)},
      {"risk_aversion_coefficient", "riskAversion: weight of the variance, by default 1.",
       service::named("riskAversionCoefficient", {.text_accepted = true, .minimum = 0, .maximum = 2})},
      {"decay_rate", "sentimentalEquilibrium: how fast engagement decays, by default 0.1.",
       service::named("decayRate", service::some_factor)},
      {"effort_efficiency", "sentimentalEquilibrium: engagement made by a unit of effort, by default 1.",
       service::named("effortEfficiency", service::some_factor)},
      {"discount_rate", "sentimentalEquilibrium: how much less what comes later is worth, by default 0.05.",
       service::named("discountRate", service::factor)},
      {"utility",
       "sentimentalEquilibrium: of engagement, by default sqrt; log is of one more.",
       {.allowed = service::utilities}},
      {"disutility", "sentimentalEquilibrium: of effort, by default quadratic.", {.allowed = service::disutilities}},
      {"latent_dim", "longTailBoostMF: length of the factors, by default 6.",
       service::named("latentDim", {.text_accepted = true, .minimum = 1, .maximum = 32})},
      {"num_iters", "longTailBoostMF: sweeps of a fit, by default 8.",
       service::named("numIters", {.text_accepted = true, .minimum = 1, .maximum = 100})},
      {"reg_lambda", "longTailBoostMF: regularisation, by default 0.05.",
       service::named("regLambda", service::some_factor)},
      {"entropy_w", "longTailBoostMF: boost of offers of uncertain take-up, by default 0.",
       service::named("entropyW", service::factor)},
      {"iterations",
       "Network: steps of PageRank; by default as many as there are options.",
       {.text_accepted = true, .minimum = 1, .maximum = 1000}},
      {"prompt_parameters", "generative: how the language model is asked."},
  });
};

template <>
struct Docs<service::ContextualVariables> {
  static constexpr std::string_view title = "ContextualVariables";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"offer_key", "Column of the offers that holds an offer's name; empty: offer, offer_name or offer_id."},
      {"offer_values", "Names of the offers, for clients that show them."},
      {"take_up", "Column of the set-up store that says whether an offer was taken."},
      {"tracking_key", "Column that tells customers apart, when each has options of his own."},
      {"contextual_variable_one_name", "Column of the first contextual variable; empty: contextual_variable_one."},
      {"contextual_variable_one_values", "Its values, for clients that show them."},
      {"contextual_variable_one_from_data_source", "Whether its value is looked up.", {.text_accepted = true}},
      {"contextual_variable_one_lookup", "Field in which its value is looked up."},
      {"contextual_variable_two_name", "Column of the second contextual variable; empty: contextual_variable_two."},
      {"contextual_variable_two_values", "Its values, for clients that show them."},
      {"contextual_variable_two_from_data_source", "Whether its value is looked up.", {.text_accepted = true}},
      {"contextual_variable_two_lookup", "Field in which its value is looked up."},
      {"training_variable_values", "Naive Bayes: each feature's values."},
  });
};

template <>
struct Docs<service::BatchSettings> {
  static constexpr std::string_view title = "BatchSettings";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"database", "Database of the customers to score."},
      {"collection", "Collection of the customers to score."},
      {"find", "Filter of the customers to score, as JSON text."},
      {"database_out", "Database of the results."},
      {"collection_out", "Collection of the results."},
      {"threads", "Threads that score.", {.text_accepted = true, .minimum = 1, .maximum = 1024}},
      {"campaign", "Campaign that scores."},
      {"number_of_offers", "Offers a customer.", {.text_accepted = true, .minimum = 1, .maximum = 1000}},
      {"userid", "User in whose name the batch runs."},
      {"contextual_variables", "Contextual variables of the batch."},
      {"options", "Options of the batch."},
      {"pulse_responder_list", "Runtimes that take part."},
      {"execution_type", "Where the batch runs.", {.allowed = service::execution_types}},
      {"batch_outline", "Outline for clients that show one."},
      {"batchUpdateMessage", "Message of the last run."},
  });
};

template <>
struct Docs<service::CampaignDocument> {
  static constexpr std::string_view title = "Campaign";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"name",
       "The campaign's name: 1 to 100 of A-Z, a-z, 0-9, '.', '_' and '-'. In a request it may be left out.",
       {.max_bytes = base::limits::campaign_name_bytes}},
      {"uuid", "Made when the campaign was created. Ignored in a request."},
      {"version", "Grows with every change. Ignored in a request."},
      {"date_updated", "When the campaign was last changed. Ignored in a request."},
      {"description", "For people."},
      {"batch", "Whether the campaign runs as a batch.", {.allowed = service::true_or_false_text}},
      {"feature_store_database", "Database of the set-up feature store, which holds the offers."},
      {"feature_store_collection", "Collection of the set-up feature store; by default one of the campaign's own."},
      {"feature_store_connection", "Connection of the set-up feature store; empty: the server's own store."},
      {"options_store_database", "Database of the options store."},
      {"options_store_collection", "Collection of the options store; by default one of the campaign's own."},
      {"options_store_connection", "Connection of the options store; empty: the server's own store."},
      {"score_database", "Database in which this document is found by batch clients."},
      {"score_collection", "Collection in which this document is found by batch clients."},
      {"score_connection", "Runtime that batch clients call."},
      {"properties", "Properties of the deployment as lines key=value; predictor.epsilon is read."},
      {"randomisation", "The algorithm and how it learns."},
      {"contextual_variables", "What tells options of one offer apart."},
      {"virtual_variables", "Variables of the customer that are computed from others, in this order."},
      {"lookup_fields", "Fields looked up for a customer; kept for clients that read them."},
      {"batch_settings", "Settings of batch runs; kept for clients that read them."},
      {"options", "Options as clients search and page them."},
      {"dynamic_eligibility",
       "Rules that an offer must fulfil: {\"rules\": [{name, when, show}]}. The form with options_store_fields and "
       "projection is kept and not evaluated."},
      {"deployment_epsilon",
       "Chance that the whole slate is drawn uniformly at random. Wins over predictor.epsilon in properties.",
       service::share},
      {"time_zone", "IANA name of the zone of dates and of rules by the hour.", {.max_bytes = 100}},
      {"learning_interval", "Milliseconds between recomputations from the logs; 0: only when asked.",
       service::interval},
      {"propensities", "Whether each answer carries the probability of each shown offer.", {.text_accepted = true}},
      {"frequency_caps", "How often a customer may have an offer.", service::some_constraints},
      {"quiet_hours", "When no offers are made.", service::some_constraints},
      {"lookups",
       "Collections in which the customer is looked up, merged in this order. Wins over properties.",
       {.max_items = base::limits::lookups_per_campaign}},
      {"offer_matrix", "Collection with cost, price and value of offers. Wins over properties."},
      {"whitelist", "Collection with the offers of listed customers. Wins over properties."},
      {"offer_budget", "Collection with the spend_limit of offers. Wins over properties."},
      {"offer_cache_ms",
       "Milliseconds for which an answer may be repeated to its customer; 0: never. Wins over predictor.offercache in "
       "properties, which wins over randomisation.cache_duration.",
       service::interval},
      {"rank_by",
       "What the slate is sorted by; modified_offer_score is the expected margin.",
       {.allowed = service::rank_choices}},
      {"spend_on", "When an offer's cost is taken from its spend_limit.", {.allowed = service::spend_events}},
      {"kind",
       "ranking: the algorithm ranks offers. spend_personality: the offer is the customer's spend personality.",
       {.allowed = service::campaign_kinds}},
      {"personalities", "Where a campaign of kind spend_personality finds its customers."},
      {"hook_failure",
       "What an error in a hook means: the request fails, or goes on without that hook.",
       {.allowed = service::hook_failures}},
  });
};

}  // namespace proffer::document
