// POST /invocations (and /invocate): from the body to a decision, from the decision to the answer.
#pragma once

#include <string_view>

#include "api/route.h"
#include "base/result.h"
#include "service/decide.h"

namespace proffer::api {

// Every accepted form of every field of the body. Errors: malformed, or invalid with all violations.
base::Result<service::DecideRequest> parse_invocation(std::string_view body);

// The same for a body that comes from within: decides on this thread, and waits until the decision is in the log.
http::Response invoke_and_wait(Services& services, const std::string& project, std::string_view body);

void invocations(Services& services, Call call, http::Respond respond);

}  // namespace proffer::api
