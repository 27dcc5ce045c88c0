// POST /response and /responseResult: which of the shown offers were accepted.
#pragma once

#include <string_view>

#include "api/route.h"
#include "base/result.h"
#include "service/respond.h"

namespace proffer::api {

// The body with uuid and offers_accepted, or a whole answer of /invocations, nested or flattened: then all offers that
// it holds count as accepted.
base::Result<service::RespondRequest> parse_response(std::string_view body);

void response(Services& services, Call call, http::Respond respond);  // {"message": "Success", "final_result": […]}
void response_result(Services& services, Call call, http::Respond respond);  // {"message": "<uuid of the decision>"}

}  // namespace proffer::api
