// Custom endpoints: managed under /api/v1/custom, called at /custom/{name}.
#pragma once

#include "api/route.h"

namespace proffer::api {

base::Result<http::Response> list_custom(Services&, const Call&);
base::Result<http::Response> get_custom(Services&, const Call&);
base::Result<http::Response> put_custom(Services&, const Call&);
base::Result<http::Response> delete_custom(Services&, const Call&);
base::Result<http::Response> list_custom_versions(Services&, const Call&);

// Calls handle(request) of the endpoint. It may call invocations(table) and response(table), which decide and record in
// the caller's project as over HTTP; each waits until that is in the log.
base::Result<http::Response> call_custom(Services&, const Call&);

}  // namespace proffer::api
