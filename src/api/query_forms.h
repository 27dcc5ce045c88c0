// The older forms of the original's calls: GET with the request in the query, PUT with what was accepted in `document`.
// Each becomes the call that took its place.
#pragma once

#include "api/route.h"

namespace proffer::api {

// As POST /invocations with campaign, subcampaign, channel, customer, numberoffers, userid and params from the query.
void offer_recommendations(Services& services, Call call, http::Respond respond);
// As POST /response and POST /responseResult with the JSON of the query parameter `document`, else of the body.
void accept_recommendations(Services& services, Call call, http::Respond respond);
void accept_recommendations_result(Services& services, Call call, http::Respond respond);

}  // namespace proffer::api
