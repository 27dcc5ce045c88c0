// Jobs of the caller's project: list, look at, cancel.
#pragma once

#include "api/route.h"

namespace proffer::api {

base::Result<http::Response> list_jobs(Services& services, const Call& call);
base::Result<http::Response> get_job(Services& services, const Call& call);
base::Result<http::Response> cancel_job(Services& services, const Call& call);

// 202 with the job, and where it is told of.
http::Response job_accepted(const boost::json::object& job);

// Whether the caller would rather not wait for the answer (RFC 7240, section 4.1).
bool prefers_async(const http::Request& request);

}  // namespace proffer::api
