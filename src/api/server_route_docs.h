// What the OpenAPI document says of the original's server routes, of refreshing with options, and of tokens and users.
#pragma once

#include "api/route_doc.h"

namespace proffer::api::docs {

RouteDoc refresh_with_options();
RouteDoc login();
RouteDoc renew_session();
RouteDoc sign_out();
RouteDoc list_pulse_responder_dynamic();
RouteDoc save_pulse_responder_dynamic();
RouteDoc delete_pulse_responder_dynamic();
RouteDoc get_pulse_responder_options();
RouteDoc update_client_pulse_responder();
RouteDoc process_push();
RouteDoc add_mongo_documents();
RouteDoc delete_all_mongo_documents();
RouteDoc get_mongo_db_find();
RouteDoc post_mongo_db_aggregate_pipeline();
RouteDoc create_mongo_collection_index();
RouteDoc list_tokens();
RouteDoc create_token();
RouteDoc revoke_token();
RouteDoc list_users();
RouteDoc create_user();
RouteDoc delete_user();

}  // namespace proffer::api::docs
