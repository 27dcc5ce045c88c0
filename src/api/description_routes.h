// The API's description of itself: OpenAPI documents, schemas and the page that shows them.
#pragma once

#include "api/route.h"

namespace proffer::api {

base::Result<http::Response> openapi_document(Services& services, const Call& call);
base::Result<http::Response> openapi_3_0_document(Services& services, const Call& call);
base::Result<http::Response> schema_document(Services& services, const Call& call);
base::Result<http::Response> docs_page_route(Services& services, const Call& call);

}  // namespace proffer::api
