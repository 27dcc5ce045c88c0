// Documents of the options store and of the set-up feature store.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "service/definition.h"
#include "service/live_campaign.h"
#include "store/document_store.h"

namespace proffer::service {

store::Collection feature_store(const Definition& definition);
store::Collection options_store(const Definition& definition);

std::string option_document_id(const Definition& definition, decision::OptionId option);
std::string feature_row_id(const std::string& offer, const decision::Context& context);

// An option as it is stored: what was learned about it is in its arm, and added whenever the options are shown.
boost::json::object stored_option(const Definition& definition, const decision::Option& option, base::Time now);

// The options in service by id, from the one after `after`, with alpha, beta, arm_reward (their mean), propensity
// (observed take-up) and epsilon_nominated as they are at `now`.
std::vector<boost::json::object> show_options(LiveCampaign& live, base::Time now,
                                              std::optional<decision::OptionId> after, std::size_t limit);

// The campaign's document as the API shows it: every field, defaults filled in, with uuid and version.
boost::json::object show_campaign(const Definition& definition);

}  // namespace proffer::service
