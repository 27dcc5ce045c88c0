// Customers, whom Proffer knows by what was decided for them.
#pragma once

#include "api/route.h"

namespace proffer::api {

base::Result<http::Response> erase_customer(Services& services, const Call& call);

namespace docs {
RouteDoc erase_customer();
}

}  // namespace proffer::api
