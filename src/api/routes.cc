#include "api/routes.h"

#include "api/access_routes.h"
#include "api/campaign_routes.h"
#include "api/collection_routes.h"
#include "api/custom_routes.h"
#include "api/customer_routes.h"
#include "api/decision_routes.h"
#include "api/description_routes.h"
#include "api/hook_routes.h"
#include "api/invocations.h"
#include "api/job_routes.h"
#include "api/operation_routes.h"
#include "api/personality_routes.h"
#include "api/query_forms.h"
#include "api/responses.h"
#include "api/route_docs.h"
#include "api/scoring_routes.h"
#include "api/server_data_routes.h"
#include "api/server_route_docs.h"
#include "api/server_routes.h"

namespace proffer::api {
namespace {

constexpr bool of_original = true;
constexpr bool of_server = true;
constexpr bool not_of_server = false;
constexpr bool reads_log = true;
constexpr bool of_ml = true;
constexpr bool watched = true;

const Route table[] = {
    {"POST", "/invocations", Access::decide, Where::here, Body::decision, of_original, invocations, docs::invocations},
    {"POST", "/invocate", Access::decide, Where::here, Body::decision, of_original, invocations, docs::invocations},
    {"POST", "/response", Access::decide, Where::here, Body::decision, of_original, response, docs::response,
     not_of_server, reads_log},
    {"POST", "/responseResult", Access::decide, Where::here, Body::decision, of_original, response_result,
     docs::response_result, not_of_server, reads_log},
    {"GET", "/offerRecommendations", Access::decide, Where::here, Body::none, of_original, offer_recommendations,
     docs::offer_recommendations},
    {"PUT", "/offerRecommendations", Access::decide, Where::here, Body::decision, of_original, accept_recommendations,
     docs::accept_recommendations},
    {"PUT", "/offerRecommendationsResult", Access::decide, Where::here, Body::decision, of_original,
     accept_recommendations_result, docs::accept_recommendations_result},
    {"GET", "/getSpendingPersonality", Access::decide, Where::here, Body::none, of_original, offer_recommendations,
     docs::offer_recommendations},
    {"PUT", "/getSpendingPersonality", Access::decide, Where::here, Body::decision, of_original, accept_recommendations,
     docs::accept_recommendations},
    {"GET", "/personalityRecommender", Access::decide, Where::here, Body::none, of_original, offer_recommendations,
     docs::offer_recommendations},
    {"PUT", "/personalityRecommender", Access::decide, Where::here, Body::decision, of_original, accept_recommendations,
     docs::accept_recommendations},
    {"POST", "/business", Access::decide, Where::worker, Body::decision, of_original, business, docs::business},
    {"GET", "/refresh", Access::manage, Where::worker, Body::none, of_original, refresh, docs::refresh},
    {"POST", "/refreshWithOptions", Access::manage, Where::outside, Body::decision, of_original, refresh_with_options,
     docs::refresh_with_options},
    {"GET", "/learning", Access::manage, Where::worker, Body::none, of_original, learning, docs::learning},
    {"POST", "/learning", Access::manage, Where::worker, Body::decision, of_original, learning, docs::learning},
    {"GET", "/campaigns", Access::decide, Where::here, Body::none, of_original, campaign_names, docs::campaign_names},
    {"GET", "/health", Access::open, Where::here, Body::none, of_original, health, docs::health},
    {"GET", "/ready", Access::open, Where::here, Body::none, of_original, ready, docs::ready},
    {"GET", "/info", Access::open, Where::here, Body::none, of_original, info, docs::info},
    {"GET", "/ping", Access::open, Where::here, Body::none, of_original, ping, docs::ping},
    {"GET", "/config", Access::manage, Where::here, Body::none, of_original, config, docs::config},
    {"GET", "/metrics", Access::manage, Where::here, Body::none, of_original, metrics, docs::metrics},

    {"GET", "/api/v1/campaigns", Access::manage, Where::worker, Body::none, false, list_campaigns,
     docs::list_campaigns},
    {"GET", "/api/v1/campaigns/{name}", Access::manage, Where::worker, Body::none, false, get_campaign,
     docs::get_campaign},
    {"PUT", "/api/v1/campaigns/{name}", Access::manage, Where::worker, Body::decision, false, put_campaign,
     docs::put_campaign},
    {"DELETE", "/api/v1/campaigns/{name}", Access::manage, Where::worker, Body::none, false, delete_campaign,
     docs::delete_campaign},
    {"PUT", "/api/v1/campaigns/{name}/offers", Access::manage, Where::worker, Body::offers, false, put_offers,
     docs::put_offers},
    {"POST", "/api/v1/campaigns/{name}/offers", Access::manage, Where::worker, Body::offers, false, post_offers,
     docs::post_offers},
    {"GET", "/api/v1/campaigns/{name}/options", Access::manage, Where::worker, Body::none, false, get_options,
     docs::get_options},
    {"POST", "/api/v1/campaigns/{name}/decisions", Access::manage, Where::worker, Body::offers, false, import_decisions,
     docs::import_decisions},
    {"GET", "/api/v1/decisions", Access::manage, Where::worker, Body::none, false, list_decisions,
     docs::list_decisions},
    {"GET", "/api/v1/decisions/{uuid}", Access::manage, Where::worker, Body::none, false, get_decision,
     docs::get_decision},
    {"GET", "/api/v1/decisions/{uuid}/replay", Access::manage, Where::worker, Body::none, false, replay_decision,
     docs::replay_decision},
    {"GET", "/api/v1/collections", Access::manage, Where::worker, Body::none, false, list_collections,
     docs::list_collections},
    {"DELETE", "/api/v1/collections/{database}/{collection}", Access::manage, Where::worker, Body::none, false,
     delete_collection, docs::delete_collection},
    {"POST", "/api/v1/collections/{database}/{collection}/documents", Access::manage, Where::worker, Body::streamed,
     false, put_documents, docs::put_documents},
    {"DELETE", "/api/v1/collections/{database}/{collection}/documents/{id}", Access::manage, Where::worker, Body::none,
     false, delete_document, docs::delete_document},
    {"POST", "/api/v1/collections/{database}/{collection}/find", Access::manage, Where::worker, Body::decision, false,
     find_documents, docs::find_documents},
    {"POST", "/api/v1/collections/{database}/{collection}/aggregate", Access::manage, Where::worker, Body::decision,
     false, aggregate_documents, docs::aggregate_documents},
    {"DELETE", "/api/v1/customers/{id}", Access::admin, Where::worker, Body::none, false, erase_customer,
     docs::erase_customer},
    {"POST", "/api/v1/personality", Access::manage, Where::worker, Body::offers, false, compute_personalities,
     docs::compute_personalities},
    {"GET", "/api/v1/personality/labels", Access::decide, Where::worker, Body::none, false, personality_labels,
     docs::personality_labels},
    {"GET", "/api/v1/campaigns/{name}/hooks", Access::manage, Where::worker, Body::none, false, get_hooks,
     docs::get_hooks},
    {"PUT", "/api/v1/campaigns/{name}/hooks", Access::manage, Where::worker, Body::decision, false, put_hooks,
     docs::put_hooks},
    {"DELETE", "/api/v1/campaigns/{name}/hooks", Access::manage, Where::worker, Body::none, false, delete_hooks,
     docs::delete_hooks},
    {"GET", "/api/v1/campaigns/{name}/hooks/versions", Access::manage, Where::worker, Body::none, false, list_hooks,
     docs::list_hooks},
    {"GET", "/api/v1/custom", Access::manage, Where::worker, Body::none, false, list_custom, docs::list_custom},
    {"GET", "/api/v1/custom/{name}", Access::manage, Where::worker, Body::none, false, get_custom, docs::get_custom},
    {"PUT", "/api/v1/custom/{name}", Access::manage, Where::worker, Body::decision, false, put_custom,
     docs::put_custom},
    {"DELETE", "/api/v1/custom/{name}", Access::manage, Where::worker, Body::none, false, delete_custom,
     docs::delete_custom},
    {"GET", "/api/v1/custom/{name}/versions", Access::manage, Where::worker, Body::none, false, list_custom_versions,
     docs::list_custom_versions},
    {"GET", "/custom/{name}", Access::decide, Where::outside, Body::none, false, call_custom, docs::call_custom},
    {"POST", "/custom/{name}", Access::decide, Where::outside, Body::decision, false, call_custom, docs::call_custom},
    {"GET", "/api/v1/jobs", Access::manage, Where::worker, Body::none, false, list_jobs, docs::list_jobs},
    {"GET", "/api/v1/jobs/{id}", Access::manage, Where::worker, Body::none, false, get_job, docs::get_job},
    {"POST", "/api/v1/jobs/{id}/cancel", Access::manage, Where::worker, Body::decision, false, cancel_job,
     docs::cancel_job},
    {"POST", "/api/v1/builtin-agents/ml/{use_case}/scoring/train", Access::manage, Where::worker, Body::training, false,
     train_scoring, docs::train_scoring, not_of_server, !reads_log, of_ml, watched},
    {"POST", "/api/v1/builtin-agents/ml/{use_case}/scoring/predict", Access::decide, Where::here, Body::decision, false,
     predict_scoring, docs::predict_scoring, not_of_server, !reads_log, of_ml, !watched, may_explain},
    {"GET", "/api/v1/builtin-agents/ml/{use_case}/scoring/models", Access::manage, Where::worker, Body::none, false,
     list_models, docs::list_models, not_of_server, !reads_log, of_ml},
    {"POST", "/api/v1/builtin-agents/ml/{use_case}/scoring/models/{version}/serve", Access::manage, Where::worker,
     Body::decision, false, serve_model, docs::serve_model, not_of_server, !reads_log, of_ml},
    {"GET", "/api/v1/builtin-agents/ml/{use_case}/scoring/models/{version}/export", Access::manage, Where::worker,
     Body::none, false, export_model, docs::export_model, not_of_server, !reads_log, of_ml},
    {"GET", "/api/v1/builtin-agents/ml/prior", Access::manage, Where::worker, Body::none, false, get_prior,
     docs::get_prior, not_of_server, !reads_log, of_ml},
    {"PUT", "/api/v1/builtin-agents/ml/prior", Access::admin, Where::worker, Body::decision, false, put_prior,
     docs::put_prior, not_of_server, !reads_log, of_ml},
    {"GET", "/api/v1/keys", Access::admin, Where::worker, Body::none, false, list_keys, docs::list_keys},
    {"POST", "/api/v1/keys", Access::admin, Where::worker, Body::decision, false, create_key, docs::create_key},
    {"DELETE", "/api/v1/keys/{id}", Access::admin, Where::worker, Body::none, false, revoke_key, docs::revoke_key},

    {"GET", "/api/v1/tokens", Access::admin, Where::worker, Body::none, false, list_tokens, docs::list_tokens},
    {"POST", "/api/v1/tokens", Access::admin, Where::worker, Body::decision, false, create_token, docs::create_token},
    {"DELETE", "/api/v1/tokens/{id}", Access::admin, Where::worker, Body::none, false, revoke_token,
     docs::revoke_token},
    {"GET", "/api/v1/users", Access::admin, Where::worker, Body::none, false, list_users, docs::list_users},
    {"POST", "/api/v1/users", Access::admin, Where::worker, Body::decision, false, create_user, docs::create_user},
    {"DELETE", "/api/v1/users/{email}", Access::admin, Where::worker, Body::none, false, delete_user,
     docs::delete_user},

    {"POST", "/api/auth/login", Access::open, Where::outside, Body::decision, of_original, login, docs::login},
    {"POST", "/api/auth/refresh-token", Access::open, Where::worker, Body::decision, of_original, renew_session,
     docs::renew_session},
    {"POST", "/api/auth/sign-out", Access::decide, Where::worker, Body::decision, of_original, sign_out,
     docs::sign_out},
    {"GET", "/api/listPulseResponderDynamic", Access::manage, Where::worker, Body::none, of_original,
     list_pulse_responder_dynamic, docs::list_pulse_responder_dynamic, of_server},
    {"POST", "/api/savePulseResponderDynamic", Access::manage, Where::worker, Body::decision, of_original,
     save_pulse_responder_dynamic, docs::save_pulse_responder_dynamic, of_server},
    {"GET", "/api/deletePulseResponderDynamic", Access::manage, Where::worker, Body::none, of_original,
     delete_pulse_responder_dynamic, docs::delete_pulse_responder_dynamic, of_server},
    {"GET", "/api/getPulseResponderOptions", Access::manage, Where::worker, Body::none, of_original,
     get_pulse_responder_options, docs::get_pulse_responder_options, of_server},
    {"POST", "/api/updateClientPulseResponder", Access::manage, Where::worker, Body::decision, of_original,
     update_client_pulse_responder, docs::update_client_pulse_responder, of_server},
    {"POST", "/api/processPush", Access::manage, Where::worker, Body::decision, of_original, process_push,
     docs::process_push, of_server},
    {"POST", "/api/addMongoDocuments", Access::manage, Where::worker, Body::offers, of_original, add_mongo_documents,
     docs::add_mongo_documents, of_server},
    {"POST", "/api/deleteAllMongoDocuments", Access::manage, Where::worker, Body::decision, of_original,
     delete_all_mongo_documents, docs::delete_all_mongo_documents, of_server},
    {"GET", "/api/getMongoDBFind", Access::manage, Where::worker, Body::none, of_original, get_mongo_db_find,
     docs::get_mongo_db_find, of_server},
    {"POST", "/api/postMongoDBAggregatePipeline", Access::manage, Where::worker, Body::decision, of_original,
     post_mongo_db_aggregate_pipeline, docs::post_mongo_db_aggregate_pipeline, of_server},
    {"GET", "/api/createMongoCollectionIndex", Access::manage, Where::worker, Body::none, of_original,
     create_mongo_collection_index, docs::create_mongo_collection_index, of_server},

    {"GET", "/openapi.json", Access::open, Where::worker, Body::none, false, openapi_document, nullptr},
    {"GET", "/openapi-3.0.json", Access::open, Where::worker, Body::none, false, openapi_3_0_document, nullptr},
    {"GET", "/schemas/{file}", Access::open, Where::worker, Body::none, false, schema_document, nullptr},
    {"GET", "/docs", Access::open, Where::here, Body::none, false, docs_page_route, nullptr},
    {"GET", "/api/v1/openapi.json", Access::open, Where::worker, Body::none, false, openapi_document, nullptr},
    {"GET", "/api/v1/openapi-3.0.json", Access::open, Where::worker, Body::none, false, openapi_3_0_document, nullptr},
    {"GET", "/api/v1/schemas/{file}", Access::open, Where::worker, Body::none, false, schema_document, nullptr},
    {"GET", "/api/v1/docs", Access::open, Where::here, Body::none, false, docs_page_route, nullptr},
};

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace proffer::api
