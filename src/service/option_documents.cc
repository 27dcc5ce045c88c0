#include "service/option_documents.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time_text.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

// What an option's arm knew at one moment.
struct ArmState {
  double alpha, beta, contacts, accepted;
  double take_up() const { return contacts > 0 ? accepted / contacts : 0; }
};

std::vector<ArmState> arm_states(LiveCampaign& live, base::Time now, DefinitionPtr& definition) {
  const std::lock_guard lock(live.mutex);
  live.learned.advance(now);
  definition = live.definition;
  std::vector<ArmState> states;
  states.reserve(definition->campaign.options.size());
  for (const auto& option : definition->campaign.options) {
    states.push_back({live.learned.arms.alpha()[option.id], live.learned.arms.beta()[option.id],
                      live.learned.arms.contacts()[option.id], live.learned.arms.accepted()[option.id]});
  }
  return states;
}

// '/' parts the id, so it and the escape itself are escaped.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '/' || c == '%') {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

json::object shown_option(const Definition& definition, const decision::Option& option, const ArmState& arm,
                          double best, base::Time now) {
  auto out = stored_option(definition, option, now);
  out.stable_erase("_id");
  out["alpha"] = arm.alpha;
  out["beta"] = arm.beta;
  out["arm_reward"] = arm.alpha / (arm.alpha + arm.beta);
  out["propensity"] = arm.take_up();
  out["epsilon_nominated"] = arm.take_up() == best ? 1 : 0;
  out["contacts"] = arm.contacts;
  out["accepted"] = arm.accepted;
  return out;
}

}  // namespace

store::Collection feature_store(const Definition& definition) {
  return {definition.document.feature_store_database, definition.document.feature_store_collection};
}

store::Collection options_store(const Definition& definition) {
  return {definition.document.options_store_database, definition.document.options_store_collection};
}

std::string feature_row_id(const std::string& offer, const decision::Context& context) {
  return escaped(offer) + '/' + escaped(context.one) + '/' + escaped(context.two);
}

std::string option_document_id(const Definition& definition, decision::OptionId option) {
  return fmt::format("{}/{:010}", definition.campaign.uuid.to_string(), option);
}

json::object stored_option(const Definition& definition, const decision::Option& option, base::Time now) {
  const auto text = base::TimeZone{}.format(now);
  return {{"_id", option_document_id(definition, option.id)},
          {"id", definition.campaign.name},
          {"uuid", definition.campaign.uuid.to_string()},
          {"project", definition.campaign.project},
          {"option_id", option.id},
          {"optionKey", option.offer},
          {"option", "Recommended offer is " + option.offer},
          {"contextual_variable_one", option.context.one},
          {"contextual_variable_two", option.context.two},
          {"customer", "none"},
          {"alpha_zero", option.alpha_zero},
          {"beta_zero", option.beta_zero},
          {"alpha", option.alpha_zero},
          {"beta", option.beta_zero},
          {"arm_reward", option.alpha_zero / (option.alpha_zero + option.beta_zero)},
          {"propensity", 0},
          {"weighting", option.weighting},
          {"learning_reward", option.learning_reward},
          {"epsilon_nominated", 1},
          {"cost", option.cost},
          {"price", option.price},
          {"offer_value", option.value},
          {"date_created", base::TimeZone{}.format(definition.rows.at(option.id).created)},
          {"date_updated", text},
          {"date_time", text}};
}

std::vector<json::object> show_options(LiveCampaign& live, base::Time now, std::optional<decision::OptionId> after,
                                       std::size_t limit) {
  DefinitionPtr definition;
  const auto states = arm_states(live, now, definition);
  double best = 0;
  for (const auto& state : states) best = std::max(best, state.take_up());
  const auto& options = definition->campaign.options;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (!after || options[i].id > *after) order.push_back(i);
  }
  std::ranges::sort(order, {}, [&](std::size_t i) { return options[i].id; });
  if (order.size() > limit) order.resize(limit);
  std::vector<json::object> out;
  out.reserve(order.size());
  for (const auto i : order) out.push_back(shown_option(*definition, options[i], states[i], best, now));
  return out;
}

json::object show_campaign(const Definition& definition) {
  auto out = render_campaign(definition.document);
  out["project"] = definition.campaign.project;
  return out;
}

}  // namespace proffer::service
