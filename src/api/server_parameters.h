// Query parameters of the original's server routes.
#pragma once

#include <boost/json/object.hpp>

#include "api/route.h"

namespace proffer::api {

// A parameter that holds JSON, or the text that Python has for it, {'name': 'x'}; empty when it is absent.
base::Result<boost::json::object> object_parameter(const Call& call, const std::string& name);

}  // namespace proffer::api
