#include "service/result_text.h"

#include "document/object_writer.h"

namespace proffer::service {
namespace {

using document::ObjectWriter;

// What both result and result_full say about one shown offer.
struct Shown {
  Shown(const decision::DecisionRecord& record_, std::size_t place, const Definition& definition_)
      : record(record_), shown(record_.shown[place]), definition(definition_), option(*definition_.option(shown.option)) {
    record_.uuid.write(uuid);
  }
  const decision::DecisionRecord& record;
  const decision::ShownOffer& shown;
  const Definition& definition;
  const decision::Option& option;
  char uuid[base::Uuid::text_size];

  std::string_view uuid_text() const { return {uuid, sizeof uuid}; }
  double take_up() const { return shown.contacts > 0 ? shown.accepted / shown.contacts : 0; }
  double alpha() const { return option.alpha_zero + learning().success_reward * shown.accepted; }
  double beta() const { return option.beta_zero + learning().fail_reward * (shown.contacts - shown.accepted); }
  const decision::LearningSettings& learning() const { return definition.campaign.learning; }
};

void append_propensities(ObjectWriter& out, const Shown& of) {
  if (of.record.method == decision::PropensityMethod::none && !of.record.date) return;  // switched off
  out.number("slot_propensity", of.shown.slot_propensity);
  out.number("slate_propensity", of.shown.slate_propensity);
}

// The order of members is that of the published answers.
void append_result_object(std::string& text, const Shown& of) {
  ObjectWriter out(text);
  out.text("contextual_variable_two", of.option.context.two);
  out.number("cost", of.option.cost);
  out.number("learning_reward", of.shown.learning_reward);
  out.text("contextual_variable_one", of.option.context.one);
  out.text("uuid", of.uuid_text());
  out.number("modified_offer_score", of.shown.score);
  out.text("offer_name", of.option.offer);
  out.text("offer", of.option.offer);
  out.number("score", of.shown.score);
  out.number("final_score", of.shown.score);
  out.number("price", of.option.price);
  out.number("offer_value", of.option.value);
  out.number("arm_reward", of.shown.score);
  append_propensities(out, of);
}

void append_result_full(std::string& text, const Shown& of) {
  ObjectWriter out(text);
  out.integer("expected_takeup", -1);
  out.text("contextual_variable_two", of.option.context.two);
  out.number("cost", of.option.cost);
  out.integer("explore", of.record.explore ? 1 : 0);
  out.integer("explore_model", of.record.explore_model ? 1 : 0);
  out.integer("epsilon_nominated", of.shown.nominated ? 1 : 0);
  out.number("learning_reward", of.shown.learning_reward);
  out.text("contextual_variable_one", of.option.context.one);
  out.text("offer_name_desc", "Recommended offer is " + of.option.offer);
  out.number("weighting", of.option.weighting);
  out.text("uuid", of.uuid_text());
  out.text("offer_name", of.option.offer);
  out.number("modified_offer_score", of.shown.score);
  out.text("offer", of.option.offer);
  out.number("p", of.shown.score);
  out.number("score", of.shown.score);
  out.number("final_score", of.shown.score);
  out.number("propensity", of.take_up());
  out.number("price", of.option.price);
  out.number("alpha", of.alpha());
  out.number("offer_value", of.option.value);
  out.number("beta", of.beta());
  out.number("arm_reward", of.shown.score);
}

}  // namespace

std::string_view name_of(decision::PropensityMethod method) {
  switch (method) {
    case decision::PropensityMethod::none: return "none";
    case decision::PropensityMethod::closed_form: return "closed_form";
    case decision::PropensityMethod::quadrature: return "quadrature";
    case decision::PropensityMethod::draws: return "draws";
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
