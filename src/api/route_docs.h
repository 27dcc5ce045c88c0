// What the OpenAPI document says of each route. Method and path come from the table of routes.
#pragma once

#include "api/route_doc.h"

namespace proffer::api::docs {

inline constexpr std::string_view json_type = "application/json";
inline constexpr ParameterDoc if_match{"If-Match", "The ETag of the version to change; 412 when it is another by now."};

RouteDoc invocations();
RouteDoc response();
RouteDoc response_result();
RouteDoc offer_recommendations();
RouteDoc accept_recommendations();
RouteDoc accept_recommendations_result();
RouteDoc refresh();
RouteDoc learning();
RouteDoc health();
RouteDoc ready();
RouteDoc info();
RouteDoc ping();
RouteDoc config();
RouteDoc campaign_names();
RouteDoc metrics();
RouteDoc list_campaigns();
RouteDoc get_campaign();
RouteDoc put_campaign();
RouteDoc delete_campaign();
RouteDoc put_offers();
RouteDoc post_offers();
RouteDoc get_options();
RouteDoc import_decisions();
RouteDoc list_decisions();
RouteDoc get_decision();
RouteDoc replay_decision();
RouteDoc get_hooks();  // these in hook_docs.cc
RouteDoc put_hooks();
RouteDoc delete_hooks();
RouteDoc list_hooks();
RouteDoc business();
RouteDoc list_custom();
RouteDoc get_custom();
RouteDoc put_custom();
RouteDoc delete_custom();
RouteDoc list_custom_versions();
RouteDoc call_custom();
RouteDoc list_jobs();  // these in job_docs.cc
RouteDoc get_job();
RouteDoc cancel_job();
RouteDoc train_scoring();  // these in scoring_docs.cc
RouteDoc predict_scoring();
RouteDoc get_prior();
RouteDoc put_prior();
RouteDoc list_models();
RouteDoc serve_model();
RouteDoc export_model();
RouteDoc list_collections();
RouteDoc put_documents();
RouteDoc find_documents();
RouteDoc aggregate_documents();
RouteDoc delete_document();
RouteDoc delete_collection();
RouteDoc list_keys();
RouteDoc create_key();
RouteDoc revoke_key();
RouteDoc compute_personalities();
RouteDoc personality_labels();

// What most routes say: a group, a summary, and that the answer is an object.
RouteDoc simple(std::string_view group, std::string_view summary, std::string_view response);
boost::json::object any_object(std::string_view what);

}  // namespace proffer::api::docs
