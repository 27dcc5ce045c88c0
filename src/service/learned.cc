#include "service/learned.h"

#include <algorithm>

#include "base/hash.h"
#include "base/limits.h"
#include "document/json.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr std::uint8_t format_version = 2;  // 1 were arms alone

std::unique_ptr<bandit::Model> model_of(const decision::Campaign& campaign) {
  const auto algorithm = bandit::find_algorithm(campaign.approach, campaign.sub_approach);
  if (!algorithm || (*algorithm)->make_model == nullptr) return nullptr;
  return (*algorithm)->make_model(campaign);
}

std::optional<bandit::PersonalArms> personal_arms_of(const decision::Campaign& campaign) {
  if (!campaign.tracks_customers) return std::nullopt;
  return bandit::PersonalArms(campaign.learning, base::limits::tracked_customers);
}

// How far back caps look; 0 without caps.
base::Micros longest_cap(const decision::Campaign& campaign) {
  base::Micros longest{0};
  for (const auto& cap : campaign.constraints.frequency_caps) longest = std::max(longest, cap.period);
  return longest;
}

// What a model learns follows from all of the algorithm's settings; without a model, from none of them.
std::uint64_t fingerprint(const Definition& definition) {
  const auto& campaign = definition.campaign;
  std::string text = campaign.tracks_customers ? "tracks" : "";
  const auto algorithm = bandit::find_algorithm(campaign.approach, campaign.sub_approach);
  if (algorithm && (*algorithm)->make_model != nullptr) {
    text += document::json_text(render_campaign(definition.document).at("randomisation"));
    for (const auto& feature : campaign.features) text += '\n' + feature;
  }
  return base::hash_text(text);
}

json::object object_of(const std::string& text) {
  if (text == "{}") return {};
  auto value = document::parse_json(text);
  return value && value->is_object() ? std::move(value->get_object()) : json::object{};
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_null()) return {};
  return document::json_text(value);
}

std::vector<std::string> recorded_features(std::span<const std::string> names,
                                           const decision::DecisionRecord& decision) {
  if (names.empty()) return {};
  const json::object gathered = object_of(decision.gathered);
  const auto* features = gathered.if_contains("features");
  return feature_values(names, features != nullptr ? features->as_object() : json::object{},
                        object_of(decision.in_params));
}

base::Status damaged(const char* what) {
  return base::fail(base::ErrorKind::malformed,
                    std::string("a checkpoint's ") + what + " are damaged or of other settings");
}

}  // namespace

std::uint64_t customer_key(std::string_view customer) { return base::hash_text(customer); }

std::uint64_t person_key(const decision::DecisionRecord& decision) {
  return customer_key(decision.tracking.empty() ? decision.customer : decision.tracking);
}

std::vector<std::string> feature_values(std::span<const std::string> names, const json::object& looked_up,
                                        const json::object& params) {
  std::vector<std::string> values;
  values.reserve(names.size());
  for (const auto& name : names) {
    const json::value* value = looked_up.if_contains(name);
    if (value == nullptr) value = params.if_contains(name);
    values.push_back(value == nullptr ? std::string() : text_of(*value));
  }
  return values;
}

bool same_fold(const Definition& one, const Definition& other) {
  return one.campaign.learning == other.campaign.learning && longest_cap(one.campaign) == longest_cap(other.campaign) &&
         one.campaign.constraints.offer_cache == other.campaign.constraints.offer_cache &&
         fingerprint(one) == fingerprint(other);
}

Learned::Learned(const Definition& definition)
    : arms(definition.campaign.learning),
      model(model_of(definition.campaign)),
      personal(personal_arms_of(definition.campaign)),
      usage(longest_cap(definition.campaign)),
      answers(definition.campaign.constraints.offer_cache, base::limits::cached_answers),
      features_(definition.campaign.features),
      fingerprint_(fingerprint(definition)) {
  set_definition(definition);
}

void Learned::set_definition(const Definition& definition) {
  arms.resize(definition.campaign.option_ids);
  for (const auto& [id, row] : definition.rows) arms.set_prior(id, {row.option.alpha_zero, row.option.beta_zero});
}

void Learned::contact(const decision::DecisionRecord& decision, base::Time stored, store::LogPosition position) {
  const base::Time date = decision::date_of(decision, stored);
  const auto order = decision::order_of(position, stored);
  const std::uint64_t customer = customer_key(decision.customer);
  for (const auto& shown : decision.shown) {
    arms.resize(shown.option + 1);  // a record may name an option that this definition does not have yet
    arms.contact(shown.option, date, order, customer, shown.learning_reward);
    if (personal) {
      personal->contact(person_key(decision), shown.option, date, order, customer, shown.learning_reward);
    }
    usage.contact(date, customer, shown.option, shown.spend);
  }
  if (model) {
    const auto values = recorded_features(features_, decision);
    model->contact({date, order, {person_key(decision), values}, decision.shown});
  }
  answers.keep(decision, stored, customer);
}

void Learned::outcome(const decision::OutcomeRecord& outcome, base::Time stored) {
  const std::uint64_t person = outcome.person != 0 ? outcome.person : outcome.customer;
  const base::Time date = outcome.date.value_or(stored);
  // A decision's uuid holds its stored time.
  const auto order = decision::order_of(outcome.decision_position, base::uuid_time(outcome.decision).value_or(stored));
  for (const auto& accepted : outcome.accepted) {
    arms.resize(accepted.option + 1);
    arms.accept(accepted.option, outcome.decision_date, order);
    if (personal) personal->accept(person, accepted.option, outcome.decision_date, order);
    if (model) model->accept(accepted.option, outcome.decision_date, order);
    usage.acceptance(date, outcome.customer, accepted.option, accepted.spend);
  }
  answers.end(outcome.customer);
}

void Learned::advance(base::Time now) {
  arms.advance(now);
  if (model) model->advance(now);
  usage.advance(now);
  answers.advance(now);
}

void Learned::reset() {
  arms.reset();
  if (model) model->reset();
  if (personal) personal->reset();
  answers.clear();
}

void Learned::end_answers() { answers.clear(); }

std::string Learned::encode() const {
  std::string state;
  base::ByteWriter out(state);
  out.byte(format_version);
  out.fixed64(fingerprint_);
  out.text(arms.encode());
  usage.encode(out);
  answers.encode(out);
  out.byte(model ? 1 : 0);
  if (model) model->encode(out);
  out.byte(personal ? 1 : 0);
  if (personal) personal->encode(out);
  return state;
}

base::Status Learned::decode(std::string_view state) {
  base::ByteReader in(state);
  if (in.byte() != format_version) return base::fail(base::ErrorKind::invalid, "a checkpoint of another format");
  if (in.fixed64() != fingerprint_) return base::fail(base::ErrorKind::invalid, "a checkpoint of other settings");
  TRY_DO(arms.decode(in.text()));
  if (!usage.decode(in)) return damaged("budgets and caps");
  if (!answers.decode(in)) return damaged("answers");
  const bool has_model = in.byte() != 0;
  if (has_model != (model != nullptr) || (model && !model->decode(in))) return damaged("models");
  const bool has_personal = in.byte() != 0;
  if (has_personal != personal.has_value() || (personal && !personal->decode(in))) return damaged("personal arms");
  return in.ok() && in.at_end() ? base::Status{} : damaged("ends");
}

}  // namespace proffer::service
