// Spend personalities: computed from transactions on request, and the table of codes that is built in.
#pragma once

#include "api/route.h"

namespace proffer::api {

base::Result<http::Response> compute_personalities(Services&, const Call&);
base::Result<http::Response> personality_labels(Services&, const Call&);

}  // namespace proffer::api
