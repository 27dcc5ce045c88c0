#include "service/gather.h"

#include "document/json.h"
#include "service/decide.h"
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

}  // namespace

bool gathers(const Definition& definition) {
  return definition.campaign.tracks_customers || is_spend_personality(definition.document);
}

Gathered gathered_from_request(const DecideRequest& request, const Definition& definition) {
  Gathered gathered;
  gathered.tracking = tracked_value(definition, gathered.features, request.params);
  gathered.context = request.context;
  gathered.eligible_offers = request.eligible_offers;
  gathered.epsilon = request.epsilon;
  return gathered;
}

bool Gather::waits(const Definition& definition) const {
  return !chat_.url.empty() && definition.campaign.sub_approach == "generative";
}

base::Result<Gathered> Gather::run(const Definition& definition, const DecideRequest& request) {
  auto gathered = gathered_from_request(request, definition);
  if (is_spend_personality(definition.document)) {
    TRY(gathered.personality, look_up_personality(ports_.documents, definition, request.customer));
  }
  return gathered;
}

}  // namespace proffer::service
