// The routes of the original's server under /api: campaigns as its client lists, saves and deletes them, and the making
// of their options.
#pragma once

#include "api/route.h"

namespace proffer::api {

base::Result<http::Response> list_pulse_responder_dynamic(Services& services, const Call& call);
base::Result<http::Response> save_pulse_responder_dynamic(Services& services, const Call& call);
base::Result<http::Response> delete_pulse_responder_dynamic(Services& services, const Call& call);
base::Result<http::Response> get_pulse_responder_options(Services& services, const Call& call);
base::Result<http::Response> update_client_pulse_responder(Services& services, const Call& call);
base::Result<http::Response> process_push(Services& services, const Call& call);

// Makes or replaces the campaign of a document.
base::Result<http::Response> save_campaign(Services& services, const Call& call, const boost::json::object& document);

// The runtime's: has a server make a campaign's options anew, then refreshes.
base::Result<http::Response> refresh_with_options(Services& services, const Call& call);

}  // namespace proffer::api
