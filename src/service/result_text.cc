#include "service/result_text.h"

#include "bandit/learned_arms.h"
#include "base/number_text.h"
#include "document/object_writer.h"

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

void append_propensities(ObjectWriter& out, const Shown& of) {
  if (of.record.method == decision::PropensityMethod::none && !of.record.date) return;  // switched off
  out.number("slot_propensity", of.shown.slot_propensity);
  out.number("slate_propensity", of.shown.slate_propensity);
}

// The order of members is that of the published answers.
void append_result_object(std::string& text, const Shown& of) {
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

void append_result_full(std::string& text, const Shown& of) {
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
}

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
  append_result_object(out, Shown(record, place, definition));
}

void append_final_result(std::string& out, const decision::DecisionRecord& record, const Definition& definition) {
  out += '[';
  for (std::size_t place = 0; place < record.shown.size(); ++place) {
    if (place > 0) out += ',';
    const Shown of(record, place, definition);
    ObjectWriter item(out);
    append_result_object(item.member("result"), of);
    append_result_full(item.member("result_full"), of);
    item.integer("rank", static_cast<std::int64_t>(record.first_rank + place));
  }
  out += ']';
}

}  // namespace proffer::service
