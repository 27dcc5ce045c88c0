#include "api/route_docs.h"

#include "api/collection_types.h"
#include "api/wire_types.h"
#include "document/describe.h"
#include "service/campaign_docs.h"
#include "service/campaign_document.h"
#include "service/personality.h"

namespace proffer::api::docs {
namespace json = boost::json;

json::object any_object(std::string_view what) { return {{"type", "object"}, {"description", what}}; }

RouteDoc simple(std::string_view group, std::string_view summary, std::string_view response) {
  RouteDoc doc{.method = "", .path = "", .group = group, .summary = summary};
  doc.response = any_object(response);
  return doc;
}

namespace {

constexpr ParameterDoc idempotency_key{"Idempotency-Key",
                                       "A repeat with the same key within 24 hours gets the same answer and "
                                       "changes nothing."};

const std::vector<std::string_view>& row_types() {
  static const std::vector<std::string_view> types{json_type, "application/x-ndjson", "text/csv"};
  return types;
}

json::object rows_schema(std::string_view what) {
  return {{"type", "array"}, {"description", what}, {"items", {{"type", "object"}}}};
}

RouteDoc open_route(std::string_view summary, std::string_view response) {
  auto doc = simple("Operations", summary, response);
  doc.open = true;
  return doc;
}

}  // namespace

RouteDoc invocations() {
  RouteDoc doc{.method = "", .path = "", .group = "Decisions", .summary = "Rank offers for a customer"};
  doc.description =
      "The answer leaves when the decision is in the log. A decision counts as a contact for the very next one.";
  doc.request = document::schema<Invocation>(document::Unknown::ignore);
  doc.request_types = {json_type};
  doc.request_example = {{"campaign", "fashion"}, {"customer", "1234"}, {"numberoffers", "3"}};
  doc.response = document::schema<InvocationAnswer>(document::Unknown::ignore);
  doc.headers = {idempotency_key};
  doc.statuses = {{404, "There is no such campaign."}};
  return doc;
}

RouteDoc response() {
  RouteDoc doc{.method = "", .path = "", .group = "Decisions", .summary = "Report what was accepted"};
  doc.description =
      "The body may also be a whole answer of /invocations, nested or flattened: then every offer in it was "
      "accepted. A repeat changes nothing.";
  doc.request = document::schema<ResponseBody>(document::Unknown::ignore);
  doc.request_types = {json_type};
  doc.request_example = {
      {"uuid", ""}, {"offers_accepted", json::array{{{"offer_name", "OFFER_A"}}}}, {"channel_name", "app"}};
  doc.response = document::schema<ResponseAnswer>(document::Unknown::ignore);
  doc.headers = {idempotency_key};
  doc.statuses = {{404, "There is no such decision."}, {409, "Another call is recording an outcome of this decision."}};
  return doc;
}

RouteDoc response_result() {
  auto doc = response();
  doc.summary = "Report what was accepted, answered with the uuid";
  doc.response = any_object("message: the uuid of the decision.");
  return doc;
}

RouteDoc offer_recommendations() {
  RouteDoc doc{.method = "", .path = "", .group = "Decisions", .summary = "The older form of POST /invocations"};
  doc.query = {{"campaign", "Which campaign answers."},         {"subcampaign", "Logged with the decision."},
               {"channel", "Where the offers will be shown."},  {"customer", "Whom the decision is for."},
               {"numberoffers", "How many offers are wanted."}, {"userid", "The application that asks."},
               {"params", "Parameters as JSON text."}};
  doc.response = document::schema<InvocationAnswer>(document::Unknown::ignore);
  doc.statuses = {{404, "There is no such campaign."}};
  return doc;
}
RouteDoc accept_recommendations() {
  auto doc = response();
  doc.summary = "The older form of POST /response";
  doc.description = "What was accepted is the JSON text of the query parameter `document`, or the body.";
  doc.query = {{"document", "The body of /response, as JSON text."}};
  return doc;
}
RouteDoc accept_recommendations_result() {
  auto doc = accept_recommendations();
  doc.summary = "The older form of POST /responseResult";
  doc.response = response_result().response;
  return doc;
}

RouteDoc refresh() { return simple("Operations", "Rebuild everything from the stores", "message: Success."); }
RouteDoc learning() {
  auto doc = simple("Operations", "Fold every campaign anew from the log", "message: Success.");
  doc.query = {{"campaign", "Only this one."}};
  return doc;
}
RouteDoc health() { return open_route("Whether the server and its store work", "status and version."); }
RouteDoc ready() { return open_route("Whether requests are answered", "status and version."); }
RouteDoc info() { return open_route("Which program this is", "build: name and version."); }
RouteDoc ping() {
  auto doc = open_route("Echo", "message and status.");
  doc.query = {{"message", "Comes back; `pong` when absent."}};
  return doc;
}
RouteDoc config() { return simple("Operations", "The running configuration", "Every option with its value."); }
RouteDoc metrics() {
  auto doc = simple("Operations", "Metrics in Prometheus's text format", "");
  doc.response = {{"type", "string"}};
  doc.response_type = "text/plain";
  return doc;
}
RouteDoc campaign_names() {
  return simple("Campaigns", "The campaigns in short", "Name, uuid, version, approach, counts.");
}

RouteDoc list_campaigns() {
  auto doc = simple("Campaigns", "All campaigns of the project", "");
  doc.response = {{"type", "array"}, {"items", document::schema<service::CampaignDocument>()}};
  return doc;
}
RouteDoc get_campaign() {
  auto doc = simple("Campaigns", "One campaign, defaults filled in", "");
  doc.response = document::schema<service::CampaignDocument>();
  doc.statuses = {{404, "There is no such campaign."}};
  return doc;
}
RouteDoc put_campaign() {
  auto doc = get_campaign();
  doc.summary = "Make or replace a campaign";
  doc.description =
      "Every PUT makes a new version. What was learned stays; when what counts has changed (window, counts, "
      "rewards, decay) it is folded anew from the log.";
  doc.request = document::schema<service::CampaignDocument>();
  doc.request_types = {json_type};
  doc.request_example = {{"randomisation", {{"approach", "binaryThompson"}}}};
  doc.headers = {if_match};
  doc.statuses = {{201, "Made."}, {412, "If-Match names another version."}};
  return doc;
}
RouteDoc delete_campaign() {
  auto doc = simple("Campaigns", "Delete a campaign", "");
  doc.description = "Its log stays. A campaign made under the same name is another one and inherits nothing.";
  doc.response = {};
  doc.status = 204;
  doc.headers = {if_match};
  doc.statuses = {{404, "There is no such campaign."}, {412, "If-Match names another version."}};
  return doc;
}
RouteDoc put_offers() {
  auto doc = simple("Campaigns", "Replace the offers of a campaign", "campaign, version, offers, options.");
  doc.description =
      "One row an offer (and context). Offers that are not named retire; an offer that returns finds its arm.";
  doc.request = rows_schema(
      "Rows with offer, and optionally price, cost, offer_value, alpha_zero, beta_zero, "
      "contextual_variable_one, contextual_variable_two, weighting, learning_reward and any others.");
  doc.request_types = row_types();
  doc.request_example = json::array{{{"offer", "a"}}, {{"offer", "b"}, {"price", 2.5}}};
  doc.headers = {if_match};
  doc.statuses = {{404, "There is no such campaign."}, {415, "Another body than JSON, NDJSON or CSV."}};
  return doc;
}
RouteDoc post_offers() {
  auto doc = put_offers();
  doc.summary = "Add offers to a campaign";
  doc.description = "As PUT, but offers that are not named stay.";
  doc.headers = {if_match, idempotency_key};
  return doc;
}
RouteDoc get_options() {
  auto doc = simple("Campaigns", "The options with what was learned", "");
  doc.response = rows_schema("Documents of the options store; alpha and beta as they are now.");
  doc.query = {{"limit", "At most so many; all when absent.", "integer"},
               {"after", "Only option_id above this.", "integer"}};
  return doc;
}
RouteDoc import_decisions() {
  auto doc = simple("Log", "Import past decisions", "decisions, outcomes.");
  doc.description =
      "One row an exposure, with its own date and logged propensity. Nothing is imported when a row is wrong.";
  doc.request =
      rows_schema("Rows with customer_id, offer, datetime, and optionally accepted, rank, score, slot_propensity.");
  doc.request_types = row_types();
  doc.headers = {idempotency_key};
  return doc;
}
RouteDoc list_decisions() {
  auto doc =
      simple("Log", "Decisions, newest first", "decisions, and next: give it as `after` for the following page.");
  doc.query = {{"campaign", "Only of this campaign."},
               {"customer", "Only for this customer."},
               {"from", "Only made at or after this time, ISO 8601."},
               {"to", "Only made before this time."},
               {"limit", "Decisions a page, 1 to 1000; 100 when absent.", "integer"},
               {"after", "The `next` of the page before.", "integer"},
               {"view", "contacts (logging.ecosystemruntime), responses or flatten."}};
  return doc;
}
RouteDoc get_decision() {
  auto doc = simple("Log", "One decision with its outcomes", "decision, responses, flatten.");
  doc.statuses = {{404, "There is no such decision."}};
  return doc;
}
RouteDoc replay_decision() {
  auto doc = simple("Log", "Decide again and compare", "reproduced, differences, recorded, replayed.");
  doc.statuses = {{404, "There is no such decision."}, {410, "What the decision was made from is not kept any more."}};
  return doc;
}
RouteDoc list_collections() {
  auto doc = simple("Collections", "The collections of the project", "");
  doc.response = rows_schema("database and collection of each that holds a document.");
  return doc;
}
RouteDoc put_documents() {
  auto doc = simple("Collections", "Put documents into a collection", "");
  doc.description =
      "Rows are read while they come, so the body may be larger than any memory. A row whose id exists replaces that "
      "document. The first batch of rows with one that is wrong ends the import; the detail says which rows were put "
      "before, and those stay.";
  doc.request = rows_schema("Rows; `_id` is a text or an integer, and made when it is absent.");
  doc.request_types = row_types();
  doc.request_example = json::array{{{"_id", "1234"}, {"age", 44}}, {{"_id", "1235"}, {"age", 27}}};
  doc.response = document::schema<PutDocumentsAnswer>();
  doc.query = {{"id_column", "The column whose value becomes the _id."},
               {"text", "CSV columns that are never numbers, parted by commas."},
               {"skip", "Rows at the beginning that are read and not put: those that an earlier import put."}};
  doc.headers = {{"Idempotency-Key", "Rows without an id get one made from it, so that a repeat puts the same."}};
  doc.statuses = {{413, "A row, or the body, is too long."}, {415, "Another body than JSON, NDJSON or CSV."}};
  return doc;
}
RouteDoc find_documents() {
  auto doc = simple("Collections", "Find documents of a collection", "");
  doc.description = "In order of _id. A page may hold fewer than `limit`: what follows is there as long as `next` is.";
  doc.request = document::schema<FindBody>();
  doc.request_types = {json_type};
  doc.request_example = {{"filter", {{"age", {{"$gte", 18}}}}}, {"limit", 10}};
  doc.response = document::schema<FoundAnswer>();
  return doc;
}
RouteDoc aggregate_documents() {
  auto doc = simple("Collections", "Aggregate the documents of a collection", "");
  doc.description = "Runs stages of MongoDB's aggregation pipelines on the documents, which come in order of _id.";
  doc.request = document::schema<AggregateBody>();
  doc.request_types = {json_type};
  doc.request_example = {
      {"pipeline", json::array{{{"$group", {{"_id", "$segment"}, {"customers", {{"$count", json::object()}}}}}}}}};
  doc.response = document::schema<AggregateAnswer>();
  doc.statuses = {{413, "The pipeline works on too many documents."}};
  return doc;
}
RouteDoc delete_document() {
  auto doc = simple("Collections", "Remove one document", "");
  doc.response = {};
  doc.status = 204;
  doc.statuses = {{404, "There is no such document."}};
  return doc;
}
RouteDoc delete_collection() {
  auto doc = simple("Collections", "Remove a collection with all its documents", "deleted: how many there were.");
  doc.statuses = {{404, "There is no document in it."}};
  return doc;
}
RouteDoc list_keys() { return simple("Keys", "All keys, without their secrets", "id, name, project, role, created."); }
RouteDoc create_key() {
  auto doc = simple("Keys", "Make a key", "The key with its secret, which is shown this once.");
  doc.request = document::schema<NewKey>(document::Unknown::ignore);
  doc.request_types = {json_type};
  doc.status = 201;
  return doc;
}
RouteDoc revoke_key() {
  auto doc = simple("Keys", "Revoke a key", "");
  doc.response = {};
  doc.status = 204;
  return doc;
}
RouteDoc compute_personalities() {
  auto doc = simple("Spend personality", "Compute a collection of personalities from transactions", "");
  doc.description =
      "One row a customer; rows of customers that are gone are removed. Answers when done; nothing is written when "
      "the transactions cannot be used.";
  doc.request = document::schema<service::PersonalityJob>();
  doc.request_types = {json_type};
  doc.request_example = {{"source", {{"database", "master"}, {"collection", "bank_transactions"}}},
                         {"target", {{"database", "master"}, {"collection", "bank_transactions_personality"}}}};
  doc.response = document::schema<service::PersonalitySummary>();
  return doc;
}
RouteDoc personality_labels() {
  auto doc = simple("Spend personality", "The built-in table of merchant category codes and their labels", "");
  doc.response = {{"type", "string"}};
  doc.response_type = "text/csv";
  return doc;
}

}  // namespace proffer::api::docs
