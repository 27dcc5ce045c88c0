// Health, readiness, refresh, learning, metrics, configuration and keys.
#pragma once

#include "api/route.h"

namespace proffer::api {

base::Result<http::Response> health(Services& services, const Call& call);
base::Result<http::Response> ready(Services& services, const Call& call);
base::Result<http::Response> info(Services&, const Call&);
base::Result<http::Response> ping(Services& services, const Call& call);
base::Result<http::Response> config(Services& services, const Call& call);
base::Result<http::Response> campaign_names(Services& services, const Call& call);
base::Result<http::Response> metrics(Services& services, const Call& call);
base::Result<http::Response> refresh(Services& services, const Call& call);
base::Result<http::Response> learning(Services& services, const Call& call);
base::Result<http::Response> list_keys(Services& services, const Call& call);
base::Result<http::Response> create_key(Services& services, const Call& call);
base::Result<http::Response> revoke_key(Services& services, const Call& call);

}  // namespace proffer::api
