// The collections of users: filled, searched, emptied.
#pragma once

#include "api/route.h"

namespace proffer::api {

base::Result<http::Response> list_collections(Services& services, const Call& call);
base::Result<std::unique_ptr<BodyReader>> put_documents(Services& services, const Call& call);
base::Result<http::Response> find_documents(Services& services, const Call& call);
base::Result<http::Response> aggregate_documents(Services& services, const Call& call);
base::Result<http::Response> delete_document(Services& services, const Call& call);
base::Result<http::Response> delete_collection(Services& services, const Call& call);

}  // namespace proffer::api
