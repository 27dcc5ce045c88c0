// The table of routes: everything that Proffer answers, a row each.
#pragma once

#include <span>

#include "api/route.h"

namespace proffer::api {

std::span<const Route> routes();

}  // namespace proffer::api
