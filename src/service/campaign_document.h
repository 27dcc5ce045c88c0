// A campaign as its owner writes it: the document of `dynamic_engagement`, with the fields that Proffer adds.
#pragma once

#include <boost/describe.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bandit/algorithm.h"
#include "base/result.h"
#include "decision/campaign.h"
#include "document/describe.h"
#include "service/eligibility_fields.h"
#include "service/personality_fields.h"
#include "service/source_fields.h"

namespace proffer::service {

// How the algorithm `generative` asks. What is not given has the default of decision::AlgorithmSettings.
struct PromptParameters {
  std::optional<double> temperature;
  std::optional<std::string> model;
  std::optional<std::string> instructions;
  std::optional<std::string> fallback;
};
BOOST_DESCRIBE_STRUCT(PromptParameters, (), (temperature, model, instructions, fallback))

struct Randomisation {
  std::string approach = "binaryThompson";
  std::string sub_approach;
  double epsilon = 0;
  double success_reward = 1;
  double fail_reward = 0.1;
  double prior_success_reward = 1;
  double prior_fail_reward = 0.1;
  std::int64_t processing_window = 86'400'000;  // ms
  std::uint64_t processing_count = 1000;
  double decay_gamma = 1;
  std::uint64_t interaction_count = 0;
  std::string test_options_across_segment;
  double cross_segment_epsilon = 0;
  std::uint64_t cache_duration = 0;  // ms
  std::string calendar = "None";
  std::string batch = "false";
  double learning_rate = 0.25;
  double discount_factor = 0.75;
  double random_action = 0.2;
  double max_reward = 10;
  std::string training_data_source = "feature_store";
  std::string missing_offers = "none";
  // Of single algorithms. What is not given has the default of decision::AlgorithmSettings.
  std::optional<double> alpha;
  std::optional<double> beta;
  std::optional<double> gamma;
  std::optional<double> lambda;
  std::optional<double> gamma_gain;
  std::optional<double> gamma_loss;
  std::optional<bool> enable_adaptive_drift;
  std::optional<double> base_drift_rate;
  std::optional<double> loss_aversion_factor;
  std::optional<double> ucb_weight;
  std::optional<double> exploration_factor;
  std::optional<double> risk_aversion_coefficient;
  std::optional<double> decay_rate;
  std::optional<double> effort_efficiency;
  std::optional<double> discount_rate;
  std::optional<std::string> utility;
  std::optional<std::string> disutility;
  std::optional<std::uint32_t> latent_dim;
  std::optional<std::uint32_t> num_iters;
  std::optional<double> reg_lambda;
  std::optional<double> entropy_w;
  std::optional<std::uint32_t> iterations;
  std::optional<PromptParameters> prompt_parameters;
};
BOOST_DESCRIBE_STRUCT(Randomisation, (),
                      (approach, sub_approach, epsilon, success_reward, fail_reward, prior_success_reward,
                       prior_fail_reward, processing_window, processing_count, decay_gamma, interaction_count,
                       test_options_across_segment, cross_segment_epsilon, cache_duration, calendar, batch,
                       learning_rate, discount_factor, random_action, max_reward, training_data_source, missing_offers,
                       alpha, beta, gamma, lambda, gamma_gain, gamma_loss, enable_adaptive_drift, base_drift_rate,
                       loss_aversion_factor, ucb_weight, exploration_factor, risk_aversion_coefficient, decay_rate,
                       effort_efficiency, discount_rate, utility, disutility, latent_dim, num_iters, reg_lambda,
                       entropy_w, iterations, prompt_parameters))

struct ContextualVariables {
  std::string offer_key;
  std::vector<boost::json::value> offer_values;
  std::string take_up;
  std::string tracking_key;
  std::string contextual_variable_one_name;
  std::vector<boost::json::value> contextual_variable_one_values;
  bool contextual_variable_one_from_data_source = false;
  std::string contextual_variable_one_lookup;
  std::string contextual_variable_two_name;
  std::vector<boost::json::value> contextual_variable_two_values;
  bool contextual_variable_two_from_data_source = false;
  std::string contextual_variable_two_lookup;
  boost::json::object training_variable_values;
};
BOOST_DESCRIBE_STRUCT(ContextualVariables, (),
                      (offer_key, offer_values, take_up, tracking_key, contextual_variable_one_name,
                       contextual_variable_one_values, contextual_variable_one_from_data_source,
                       contextual_variable_one_lookup, contextual_variable_two_name, contextual_variable_two_values,
                       contextual_variable_two_from_data_source, contextual_variable_two_lookup,
                       training_variable_values))

struct BatchSettings {
  std::string database;
  std::string collection;
  std::string find = "{}";
  std::string database_out;
  std::string collection_out;
  std::uint32_t threads = 1;
  std::string campaign;
  std::uint32_t number_of_offers = 1;
  std::string userid;
  boost::json::value contextual_variables;
  boost::json::value options;
  boost::json::value pulse_responder_list;
  std::string execution_type;
  boost::json::value batch_outline;
  boost::json::value batchUpdateMessage;
};
BOOST_DESCRIBE_STRUCT(BatchSettings, (),
                      (database, collection, find, database_out, collection_out, threads, campaign, number_of_offers,
                       userid, contextual_variables, options, pulse_responder_list, execution_type, batch_outline,
                       batchUpdateMessage))

struct CampaignDocument {
  // Set by whoever stores the document, never read from a body (a `name` there must be the campaign's own).
  std::string name;
  std::string uuid;
  std::uint32_t version = 0;
  std::string date_updated;

  std::string description;
  std::string batch = "false";
  std::string feature_store_database;
  std::string feature_store_collection;
  std::string feature_store_connection;
  std::string options_store_database;
  std::string options_store_collection;
  std::string options_store_connection;
  std::string score_database = "ecosystem_meta";
  std::string score_collection = "dynamic_engagement";
  std::string score_connection = "http://ecosystem-runtime:8091";
  std::string properties;
  Randomisation randomisation;
  ContextualVariables contextual_variables;
  std::vector<boost::json::value> virtual_variables;
  std::vector<boost::json::value> lookup_fields;
  BatchSettings batch_settings;
  boost::json::value options = boost::json::array{};
  std::optional<boost::json::value> dynamic_eligibility;

  // Proffer's own.
  double deployment_epsilon = 0;
  std::string time_zone = "UTC";
  std::int64_t learning_interval = 0;  // ms
  bool propensities = true;
  std::vector<FrequencyCapFields> frequency_caps;
  std::vector<QuietHoursFields> quiet_hours;
  std::vector<LookupFields> lookups;
  std::optional<TableFields> offer_matrix;
  std::optional<WhitelistFields> whitelist;
  std::optional<TableFields> offer_budget;
  std::optional<std::int64_t> offer_cache_ms;
  std::string rank_by = "arm_reward";
  std::string spend_on = "acceptance";
  std::string kind = "ranking";
  std::optional<PersonalityFields> personalities;
  std::string hook_failure = "fail";
};
BOOST_DESCRIBE_STRUCT(CampaignDocument, (),
                      (name, uuid, version, date_updated, description, batch, feature_store_database,
                       feature_store_collection, feature_store_connection, options_store_database,
                       options_store_collection, options_store_connection, score_database, score_collection,
                       score_connection, properties, randomisation, contextual_variables, virtual_variables,
                       lookup_fields, batch_settings, options, dynamic_eligibility, deployment_epsilon, time_zone,
                       learning_interval, propensities, frequency_caps, quiet_hours, lookups, offer_matrix, whitelist,
                       offer_budget, offer_cache_ms, rank_by, spend_on, kind, personalities, hook_failure))

// Whether an algorithm is known; bandit::find_algorithm.
using FindAlgorithm =
    std::function<base::Result<const bandit::Algorithm*>(std::string_view approach, std::string_view sub_approach)>;

// 1 to 100 of A-Z a-z 0-9 . _ -
bool is_campaign_name(std::string_view name);

// The document that `body` gives campaign `name`, defaults filled in. Invalid, naming every violation under "body.",
// for what is out of range, of another type, not known, and for a `name` that is another. `uuid`, `version`,
// `date_updated` and `_id` in the body are ignored, so that what render_campaign gave can be sent back.
base::Result<CampaignDocument> parse_campaign(const boost::json::object& body, std::string_view name,
                                              const FindAlgorithm& find_algorithm = bandit::find_algorithm);

// The whole document.
boost::json::object render_campaign(const CampaignDocument& document);

// Sets what the document decides of a campaign: algorithm, epsilons, learning, time zone. Identity and offers stay.
void apply(const CampaignDocument& document, decision::Campaign& campaign);

}  // namespace proffer::service
