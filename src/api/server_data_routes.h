// The routes of the original's server with which its client fills and reads collections while it sets a campaign up.
#pragma once

#include "api/route.h"

namespace proffer::api {

base::Result<http::Response> add_mongo_documents(Services& services, const Call& call);
base::Result<http::Response> delete_all_mongo_documents(Services& services, const Call& call);
base::Result<http::Response> get_mongo_db_find(Services& services, const Call& call);
base::Result<http::Response> post_mongo_db_aggregate_pipeline(Services& services, const Call& call);
base::Result<http::Response> create_mongo_collection_index(Services& services, const Call& call);

}  // namespace proffer::api
