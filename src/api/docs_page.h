// The page at /docs.
#pragma once

#include <string_view>

namespace proffer::api {

// One HTML page with its own style and script, which shows /openapi.json: routes by group, schemas, and a form that
// sends a request. Needs nothing from any other server.
std::string_view docs_page();

// For its Content-Security-Policy: the page's own inline style and script, and requests to the same server.
inline constexpr std::string_view docs_page_policy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

}  // namespace proffer::api
