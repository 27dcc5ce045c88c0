#include "service/result_text.h"

#include "bandit/learned_arms.h"
#include "bandit/sentimental_equilibrium.h"
#include "base/number_text.h"
#include "document/json.h"
#include "document/object_writer.h"
#include "service/gathered.h"
#include "service/personality_lookup.h"
#include "service/personality_result.h"

namespace proffer::service {
namespace {

using document::ObjectWriter;

std::string number(double value) { return base::number_text(value); }

std::string quoted(std::string_view text) {
  std::string out;
  document::append_json_string(out, text);
  return out;
}

// What both result and result_full say about one shown offer, each value made into JSON text once.
struct Shown {
  Shown(const decision::DecisionRecord& record_, std::size_t place, const Definition& definition_)
      : record(record_),
        shown(record_.shown[place]),
        definition(definition_),
        option(*definition_.option(shown.option)) {
    uuid.resize(base::Uuid::text_size + 2, '"');
    record_.uuid.write(uuid.data() + 1);
  }
  const decision::DecisionRecord& record;
  const decision::ShownOffer& shown;
  const Definition& definition;
  const decision::Option& option;
  std::string uuid;
  std::string score = number(shown.score);
  std::string arm_reward = number(shown.score * shown.reward);
  std::string margin = number(shown.score * shown.reward * option.margin);
  std::string offer = quoted(option.offer);
  std::string one = quoted(option.context.one);
  std::string two = quoted(option.context.two);
  std::string cost = number(option.cost);
  std::string price = number(option.price);
  std::string value = number(option.value);
  std::string learning_reward = number(shown.learning_reward);

  double take_up() const { return shown.contacts > 0 ? shown.accepted / shown.contacts : 0; }
  bandit::Posterior posterior() const {
    return bandit::posterior(definition.campaign.learning, {option.alpha_zero, option.beta_zero}, shown.contacts,
                             shown.accepted);
  }
};

std::string_view flag(bool value) { return value ? "1" : "0"; }

// Not where they are switched off.
bool has_propensities(const decision::DecisionRecord& record) {
  return record.method != decision::PropensityMethod::none || record.date;
}

void append_propensities(ObjectWriter& out, const Shown& of) {
  if (!has_propensities(of.record)) return;
  out.number("slot_propensity", of.shown.slot_propensity);
  out.number("slate_propensity", of.shown.slate_propensity);
}

// The customer's row, where the decision was made from one.
std::optional<PersonalityRow> personality_of(const decision::DecisionRecord& record, const Definition& definition) {
  if (!is_spend_personality(definition.document) || record.gathered == "{}") return std::nullopt;
  const auto gathered = parse_gathered(record.gathered);
  if (!gathered || !gathered->personality.is_object()) return std::nullopt;
  return read_personality_row(gathered->personality);
}

// The order of members is that of the published answers.
void append_ranked_result(std::string& text, const Shown& of) {
  ObjectWriter out(text);
  out.raw("contextual_variable_two", of.two);
  out.raw("cost", of.cost);
  out.raw("learning_reward", of.learning_reward);
  out.raw("contextual_variable_one", of.one);
  out.raw("uuid", of.uuid);
  out.raw("modified_offer_score", of.margin);
  out.raw("offer_name", of.offer);
  out.raw("offer", of.offer);
  out.raw("score", of.score);
  out.raw("final_score", of.score);
  out.raw("price", of.price);
  out.raw("offer_value", of.value);
  out.raw("arm_reward", of.arm_reward);
  append_propensities(out, of);
}

// How much effort the campaign should make, c*, and the engagement x* that it then rests at; and what was made and
// came of it so far: the contacts that count, those accepted, and their share.
void append_equilibrium(ObjectWriter& out, const Shown& of) {
  const auto equilibrium = bandit::sentimental_equilibrium(of.definition.campaign.settings.sentiment);
  out.number("sentimental_equilibrium", equilibrium.engagement);
  out.number("requiredEffort", equilibrium.effort);
  out.boolean("equilibriumViable", equilibrium.viable);
  out.number("effort", of.shown.contacts);
  out.number("responses", of.shown.accepted);
  out.number("engagementScore", of.take_up());
}

// What post_score added to the result_full of each place; mostly nothing.
std::vector<boost::json::object> added_members(const decision::DecisionRecord& record) {
  if (record.gathered.find("\"added\"") == std::string::npos) return {};
  auto gathered = parse_gathered(record.gathered);
  if (!gathered || !gathered->hooks) return {};
  return std::move(gathered->hooks->added);
}

// Adds members to the object that `text` ends with, which has some already.
void append_members(std::string& text, const boost::json::object& members) {
  if (members.empty()) return;
  text.pop_back();
  for (const auto& [name, value] : members) {
    text += ',' + quoted(name) + ':';
    document::append_json(text, value);
  }
  text += '}';
}

void append_ranked_result_full(std::string& text, const Shown& of) {
  const auto posterior = of.posterior();
  ObjectWriter out(text);
  out.raw("expected_takeup", "-1");
  out.raw("contextual_variable_two", of.two);
  out.raw("cost", of.cost);
  out.raw("explore", flag(of.record.explore));
  out.raw("epsilon_nominated", flag(of.shown.nominated));
  out.raw("learning_reward", of.learning_reward);
  out.raw("contextual_variable_one", of.one);
  out.text("offer_name_desc", "Recommended offer is " + of.option.offer);
  out.number("weighting", of.option.weighting);
  out.raw("uuid", of.uuid);
  out.raw("offer_name", of.offer);
  out.raw("modified_offer_score", of.margin);
  out.raw("offer", of.offer);
  out.raw("p", of.score);
  out.raw("score", of.score);
  out.raw("final_score", of.score);
  out.number("propensity", of.take_up());
  out.raw("price", of.price);
  out.number("alpha", posterior.alpha);
  out.raw("offer_value", of.value);
  out.number("beta", posterior.beta);
  out.raw("arm_reward", of.arm_reward);
  out.raw("explore_model", flag(of.record.explore_model));
  if (of.definition.campaign.sub_approach == "sentimentalEquilibrium") append_equilibrium(out, of);
}

PersonalityPlace place_of(const Shown& of) {
  PersonalityPlace place{of.record.uuid.to_string(), {}, {}};
  if (!has_propensities(of.record)) return place;
  place.slot_propensity = of.shown.slot_propensity;
  place.slate_propensity = of.shown.slate_propensity;
  return place;
}

// Writes the objects of a decision's places, each in the form of the campaign's kind.
class Results {
 public:
  Results(const decision::DecisionRecord& record, const Definition& definition)
      : personality_(personality_of(record, definition)) {}

  void append_result(std::string& text, const Shown& of) const {
    if (!personality_) return append_ranked_result(text, of);
    append_personality_result(text, *personality_, place_of(of));
  }
  void append_result_full(std::string& text, const Shown& of) const {
    if (!personality_) return append_ranked_result_full(text, of);
    append_personality_result_full(text, *personality_, of.record.uuid.to_string());
  }

 private:
  std::optional<PersonalityRow> personality_;
};

}  // namespace

std::string_view name_of(decision::PropensityMethod method) {
  switch (method) {
    case decision::PropensityMethod::none:
      return "none";
    case decision::PropensityMethod::closed_form:
      return "closed_form";
    case decision::PropensityMethod::quadrature:
      return "quadrature";
    case decision::PropensityMethod::draws:
      return "draws";
  }
  return "none";
}

void append_result(std::string& out, const decision::DecisionRecord& record, std::size_t place,
                   const Definition& definition) {
  Results(record, definition).append_result(out, Shown(record, place, definition));
}

void append_final_result(std::string& out, const decision::DecisionRecord& record, const Definition& definition) {
  const Results results(record, definition);
  const auto added = added_members(record);
  out += '[';
  for (std::size_t place = 0; place < record.shown.size(); ++place) {
    if (place > 0) out += ',';
    const Shown of(record, place, definition);
    ObjectWriter item(out);
    results.append_result(item.member("result"), of);
    results.append_result_full(item.member("result_full"), of);
    if (place < added.size()) append_members(out, added[place]);
    item.integer("rank", static_cast<std::int64_t>(record.first_rank + place));
  }
  out += ']';
}

}  // namespace proffer::service
