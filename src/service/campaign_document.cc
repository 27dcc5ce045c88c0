#include "service/campaign_document.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/limits.h"
#include "document/json.h"
#include "service/algorithm_parameters.h"
#include "service/campaign_docs.h"
#include "service/offer_rules.h"
#include "service/sources.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using document::Place;
using document::Violations;

// Each campaign has collections of its own unless told otherwise, so that no two ever share offers or options by
// accident.
constexpr std::string_view default_database = "proffer";

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

// What is wrong with properties, read_sources tells.
double epsilon_of_properties(const CampaignDocument& document) {
  Violations told;
  return read_properties(document.properties, Place("properties"), told).epsilon.value_or(0);
}

void check_name(const json::object& body, std::string_view name, const Place& place, Violations& violations) {
  const json::value* given = body.if_contains("name");
  if (given == nullptr || *given == json::value(name)) return;
  violations.add(Place(place, "name"), fmt::format("expected \"{}\", the name that the request addresses", name),
                 *given);
}

// What clients write for the approach that the runtime calls QLearning.
void normalise_approach(Randomisation& randomisation) {
  if (randomisation.approach == "Q-Learning Algorithm") randomisation.approach = "QLearning";
}

bool is_behavior(const Randomisation& randomisation, std::string_view sub_approach) {
  return randomisation.approach == "behaviorAlgos" && randomisation.sub_approach == sub_approach;
}

// The share of random slates that this algorithm is published with is the model epsilon of all others.
void fill_epsilon(const json::object& body, Randomisation& randomisation) {
  const json::value* given = body.if_contains("randomisation");
  const bool has_epsilon = given != nullptr && given->is_object() && given->as_object().contains("epsilon");
  if (is_behavior(randomisation, "prospectTheory") && !has_epsilon) randomisation.epsilon = 0.1;
}

void check_settings(const Randomisation& randomisation, const Place& body, Violations& violations) {
  const Place place(body, "randomisation");
  const bool linear = randomisation.utility == "linear" && randomisation.disutility == "linear";
  if (linear && is_behavior(randomisation, "sentimentalEquilibrium")) {
    violations.add(Place(place, "disutility"), "expected \"quadratic\" beside a linear utility: no effort is best", {});
  }
  if (!randomisation.prompt_parameters || !randomisation.prompt_parameters->fallback) return;
  const std::string& fallback = *randomisation.prompt_parameters->fallback;
  const auto found = bandit::find_fallback(fallback);
  if (found) return;
  violations.add(Place(Place(place, "prompt_parameters"), "fallback"), found.error().message, json::value(fallback));
}

void check_features(const ContextualVariables& variables, const Place& body, Violations& violations) {
  const auto& features = variables.training_variable_values;
  if (features.size() <= base::limits::model_features) return;
  violations.add(Place(Place(body, "contextual_variables"), "training_variable_values"),
                 fmt::format("expected at most {} features", base::limits::model_features),
                 json::value(features.size()));
}

void check_approach(const Randomisation& randomisation, const FindAlgorithm& find_algorithm, const Place& body,
                    Violations& violations) {
  const auto found = find_algorithm(randomisation.approach, randomisation.sub_approach);
  if (found) return;
  const Place place(body, "randomisation");
  violations.add(Place(place, "approach"), found.error().message, json::value(randomisation.approach));
}

base::TimeZone zone_of(const CampaignDocument& document) {
  return base::TimeZone::find(document.time_zone).value_or(base::TimeZone{});
}

void check_time_zone(const CampaignDocument& document, const Place& body, Violations& violations) {
  if (base::TimeZone::find(document.time_zone)) return;
  violations.add(Place(body, "time_zone"), "expected an IANA time zone like \"Africa/Johannesburg\"",
                 json::value(document.time_zone));
}

// Without violations once parse_campaign has taken the document.
decision::Constraints read_constraints(const CampaignDocument& document, const Place& body, Violations& violations) {
  decision::Constraints read;
  read.frequency_caps = read_frequency_caps(document.frequency_caps, Place(body, "frequency_caps"), violations);
  read.quiet_hours = read_quiet_hours(document.quiet_hours, Place(body, "quiet_hours"), violations);
  if (document.rank_by == rank_choices[1]) read.rank_by = decision::RankBy::modified_offer_score;
  if (document.spend_on == spend_events[1]) read.spend_on = decision::SpendOn::contact;
  return read;
}

void check_kind(const CampaignDocument& document, const Place& body, Violations& violations) {
  if (document.kind != spend_personality_kind || document.personalities) return;
  violations.add(Place(body, "personalities"), "required for the kind spend_personality: where the customers are");
}

void fill_stores(CampaignDocument& document) {
  const auto fill = [](std::string& field, std::string value) {
    if (field.empty()) field = std::move(value);
  };
  fill(document.feature_store_database, std::string(default_database));
  fill(document.feature_store_collection, document.name + "_offers");
  fill(document.options_store_database, std::string(default_database));
  fill(document.options_store_collection, document.name + "_options");
}

base::Micros milliseconds(std::int64_t count) { return base::Micros(count * 1000); }

}  // namespace

bool is_campaign_name(std::string_view name) {
  return !name.empty() && name.size() <= base::limits::campaign_name_bytes &&
         std::all_of(name.begin(), name.end(), is_name_character) &&
         name.find_first_not_of('.') != std::string_view::npos;  // a path "." or ".." means something else
}

base::Result<CampaignDocument> parse_campaign(const json::object& body, std::string_view name,
                                              const FindAlgorithm& find_algorithm) {
  if (!is_campaign_name(name)) {
    return base::fail_field("name", "expected 1 to 100 characters of A-Z, a-z, 0-9, '.', '_' and '-'",
                            document::json_excerpt(json::value(name)));
  }
  Violations violations;
  const Place place("body");
  check_name(body, name, place, violations);
  json::object own = body;
  for (const auto* ignored : {"_id", "name", "uuid", "version", "date_updated", "project"}) own.stable_erase(ignored);
  auto document = document::parse_part<CampaignDocument>(own, place, document::Unknown::refuse, violations);
  document.name = name;
  normalise_approach(document.randomisation);
  check_approach(document.randomisation, find_algorithm, place, violations);
  fill_epsilon(body, document.randomisation);
  check_settings(document.randomisation, place, violations);
  check_features(document.contextual_variables, place, violations);
  check_time_zone(document, place, violations);
  read_constraints(document, place, violations);
  check_kind(document, place, violations);
  read_sources(document, place, violations);
  read_offer_rules(document.dynamic_eligibility, zone_of(document), Place(place, "dynamic_eligibility"), violations);
  if (!body.contains("deployment_epsilon")) document.deployment_epsilon = epsilon_of_properties(document);
  if (!violations.empty()) return tl::unexpected(violations.error());
  fill_stores(document);
  return document;
}

json::object render_campaign(const CampaignDocument& document) { return document::render(document).as_object(); }

void apply(const CampaignDocument& document, decision::Campaign& campaign) {
  campaign.settings = settings_of(document.randomisation);
  campaign.features.clear();
  for (const auto& feature : document.contextual_variables.training_variable_values)
    campaign.features.emplace_back(feature.key());
  const Randomisation& randomisation = document.randomisation;
  campaign.approach = randomisation.approach;
  campaign.sub_approach = randomisation.sub_approach;
  campaign.model_epsilon = randomisation.epsilon;
  campaign.deployment_epsilon = document.deployment_epsilon;
  campaign.learning = {.success_reward = randomisation.success_reward,
                       .fail_reward = randomisation.fail_reward,
                       .processing_window = milliseconds(randomisation.processing_window),
                       .processing_count = randomisation.processing_count,
                       .interaction_count = randomisation.interaction_count,
                       .decay_gamma = randomisation.decay_gamma};
  campaign.tracks_customers = !document.contextual_variables.tracking_key.empty();
  campaign.learning_interval = milliseconds(document.learning_interval);
  Violations none;
  campaign.constraints = read_constraints(document, Place("body"), none);
  campaign.constraints.offer_cache = milliseconds(read_sources(document, Place("body"), none).offer_cache_ms);
  campaign.time_zone = zone_of(document);
}

}  // namespace proffer::service
