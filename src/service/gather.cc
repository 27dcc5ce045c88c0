#include "service/gather.h"

#include "document/json.h"
#include "service/decide.h"
#include "service/features.h"
#include "service/personality_lookup.h"

namespace proffer::service {
namespace {

// The value of the tracking key, where something names another than the customer.
std::string tracked_value(const Definition& definition, const boost::json::object& features,
                          const boost::json::object& params) {
  const auto& key = definition.document.contextual_variables.tracking_key;
  if (key.empty()) return {};
  const auto* value = features.if_contains(key);
  if (value == nullptr) value = params.if_contains(key);
  if (value == nullptr || value->is_null()) return {};
  return value->is_string() ? std::string(value->get_string()) : document::json_text(*value);
}

bool asks_chat_model(const Definition& definition) { return definition.campaign.sub_approach == "generative"; }

// What the arms hold, copied: the endpoint is asked without the campaign's lock.
struct ArmsNow {
  explicit ArmsNow(LiveCampaign& live) {
    const std::lock_guard lock(live.mutex);
    const auto& arms = live.learned.arms;
    contacts.assign(arms.contacts().begin(), arms.contacts().end());
    accepted.assign(arms.accepted().begin(), arms.accepted().end());
  }
  std::vector<double> contacts, accepted;
};

// The request's context, and what follows from features where it says nothing.
decision::Context context_of(const Definition& definition, const DecideRequest& request,
                             const boost::json::object& features) {
  auto context = context_in_force(definition.document.contextual_variables, request.params, features);
  if (context.one.empty()) context.one = request.context.one;
  if (context.two.empty()) context.two = request.context.two;
  return context;
}

}  // namespace

bool gathers(const Definition& definition) {
  const auto& sources = definition.sources;
  return definition.campaign.tracks_customers || is_spend_personality(definition.document) ||
         !definition.rules.empty() || !definition.campaign.features.empty() || !sources.lookups.empty() ||
         !sources.virtual_variables.empty() || sources.whitelist || asks_chat_model(definition);
}

Gathered gathered_from_request(const DecideRequest& request, const Definition& definition) {
  Gathered gathered;
  gathered.features = features_given(definition.sources, request.params);
  gathered.tracking = tracked_value(definition, gathered.features, request.params);
  gathered.context = context_of(definition, request, gathered.features);
  gathered.eligible_offers = request.eligible_offers;
  gathered.epsilon = request.epsilon;
  return gathered;
}

bool Gather::waits(const Definition& definition) const {
  if (ports_.log.is_shared() && gathers(definition)) return true;  // what it looks up is on another server
  return (!chat_.url.empty() && asks_chat_model(definition)) || looks_up_elsewhere(definition.sources);
}

base::Status Gather::look_up(const Definition& definition, const DecideRequest& request, Gathered& gathered) {
  const auto& project = definition.campaign.project;
  const auto& sources = definition.sources;
  TRY(auto features,
      look_up_features(ports_.documents, project, sources, request.customer, request.params, ports_.tables));
  gathered.features = std::move(features.values);
  gathered.fallbacks = std::move(features.fallbacks);
  gathered.context = context_of(definition, request, gathered.features);
  gathered.tracking = tracked_value(definition, gathered.features, request.params);
  if (!sources.whitelist) return {};
  TRY(gathered.whitelist, look_up_list(ports_.documents, project, *sources.whitelist, request.customer));
  return {};
}

base::Result<Gathered> Gather::run(const Definition& definition, const DecideRequest& request) {
  auto gathered = gathered_from_request(request, definition);
  if (gathers(definition)) TRY_DO(look_up(definition, request, gathered));
  if (is_spend_personality(definition.document)) {
    TRY(gathered.personality, look_up_personality(ports_.documents, definition, request.customer));
  }
  return gathered;
}

void Gather::ask(LiveCampaign& live, const Definition& definition, Gathered& gathered) {
  if (!asks_chat_model(definition)) return;
  const ArmsNow arms(live);
  gathered.generative = ask_chat(ports_.outgoing, chat_, definition, gathered, {arms.contacts, arms.accepted});
}

}  // namespace proffer::service
