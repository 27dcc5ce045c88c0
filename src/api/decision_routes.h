// The log as it is read: decisions and their outcomes, and replay.
#pragma once

#include "api/route.h"

namespace proffer::api {

base::Result<http::Response> list_decisions(Services& services, const Call& call);
base::Result<http::Response> get_decision(Services& services, const Call& call);
base::Result<http::Response> replay_decision(Services& services, const Call& call);

}  // namespace proffer::api
