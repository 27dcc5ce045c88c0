// Native management of campaigns and their offers.
#pragma once

#include "api/route.h"

namespace proffer::api {

base::Result<http::Response> list_campaigns(Services& services, const Call& call);
base::Result<http::Response> get_campaign(Services& services, const Call& call);
base::Result<http::Response> put_campaign(Services& services, const Call& call);
base::Result<http::Response> delete_campaign(Services& services, const Call& call);
base::Result<http::Response> put_offers(Services& services, const Call& call);
base::Result<http::Response> post_offers(Services& services, const Call& call);
base::Result<http::Response> get_options(Services& services, const Call& call);
base::Result<http::Response> import_decisions(Services& services, const Call& call);

}  // namespace proffer::api
