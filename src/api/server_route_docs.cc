#include "api/server_route_docs.h"

#include "api/route_docs.h"
#include "api/wire_types.h"
#include "document/describe.h"

namespace proffer::api::docs {
namespace json = boost::json;
namespace {

constexpr std::string_view server = "Server";
constexpr std::string_view access = "Keys";

RouteDoc with_body(RouteDoc doc, json::object schema) {
  doc.request = std::move(schema);
  doc.request_types = {json_type};
  return doc;
}

RouteDoc no_content(std::string_view summary) {
  auto doc = simple(access, summary, "");
  doc.response = {};
  doc.status = 204;
  return doc;
}

json::object object_with(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  json::object properties;
  for (const auto& [name, what] : fields) properties[name] = {{"description", what}};
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

}  // namespace

RouteDoc refresh_with_options() {
  auto doc = with_body(
      simple("Operations", "Make a campaign's options anew, then refresh", "message, campaign, type, server."),
      object_with({{"url", "Base of the server's routes, http://host:port/api; in the option servers, or loopback."},
                   {"token", "Sent to the server as Bearer."},
                   {"campaign", "Whose options; may be left out when there is one campaign."},
                   {"type", "generateDefaultOptions (when absent) or generateUpdatedOptions."},
                   {"mongo_offer_database", "Where the offers are."},
                   {"mongo_offer_collection", "Where the offers are."},
                   {"mongo_setup_database", "Where the set-up feature store is."},
                   {"mongo_setup_collection", "Where the set-up feature store is."},
                   {"contextual_variable_one_name", "Column of the first contextual variable."},
                   {"contextual_variable_one_values", "Its values: a list, or text between commas."},
                   {"contextual_variable_two_name", "Column of the second contextual variable."},
                   {"contextual_variable_two_values", "Its values: a list, or text between commas."},
                   {"offer_name_column", "Column of the offers' names."},
                   {"cassandra_offer_query", "SELECT whose rows of Cassandra replace the offers' collection first."}}));
  doc.description = "A failure names its step and leaves the options in service as they were.";
  doc.statuses = {{404, "There is no such campaign."},
                  {502, "The server refused, or nobody answers there."},
                  {504, "The server did not answer in time."}};
  return doc;
}
RouteDoc login() {
  auto doc = with_body(simple(server, "Sign in", "token: access_token, refresh_token, expires_in."),
                       object_with({{"email", "Of a user."}, {"password", "The user's."}}));
  doc.open = true;
  doc.statuses = {{403, "The address or the password is wrong."}};
  return doc;
}
RouteDoc renew_session() {
  auto doc = with_body(simple(server, "A new session for a refresh token", "token, as at signing in."),
                       object_with({{"refresh_token", "Used up by this; a bare JSON text is read too."}}));
  doc.open = true;
  return doc;
}
RouteDoc sign_out() { return simple(server, "End the session whose token is sent", "message."); }
RouteDoc list_pulse_responder_dynamic() { return simple(server, "All campaigns", "data: their documents."); }
RouteDoc save_pulse_responder_dynamic() {
  auto doc = with_body(simple(server, "Make or replace a campaign", "message, name, uuid, version, data."),
                       any_object("A campaign's document; numbers may be text, what is not known is ignored."));
  doc.description = "A new campaign takes the uuid of the document.";
  return doc;
}
RouteDoc delete_pulse_responder_dynamic() {
  auto doc = simple(server, "Delete a campaign", "message, name, uuid.");
  doc.query = {{"find", "{\"uuid\": …} or {\"name\": …}", "string", true},
               {"database", "Not needed."},
               {"collection", "Not needed."}};
  doc.statuses = {{404, "There is no such campaign."}};
  return doc;
}
RouteDoc get_pulse_responder_options() {
  auto doc = simple(server, "Options with what was learned", "data: documents of the options store.");
  doc.query = {{"params", "{\"database\", \"collection\", \"find\", \"skip\", \"limit\"}", "string", true}};
  return doc;
}
RouteDoc update_client_pulse_responder() {
  auto doc = with_body(
      simple(server, "Make a campaign's options from its set-up feature store", "message, offers, options, added …"),
      object_with({{"type", "generateDefaultOptions (when absent) or generateUpdatedOptions."},
                   {"name", "The campaign, unless uuid names it."},
                   {"uuid", "The campaign."},
                   {"feature_store_database",
                    "From where, and so on: fields of the campaign's document, which "
                    "it takes over."},
                   {"return_rows", "Whether the answer lists the options."}}));
  doc.statuses = {{404, "There is no such campaign."}};
  return doc;
}
RouteDoc process_push() {
  auto doc = with_body(simple(server, "Put a deployment in force", "message, properties."),
                       any_object("A deployment: deployment_id, properties, multi_armed_bandit."));
  doc.description = "Takes its properties and epsilon over into the campaign, and refreshes.";
  doc.statuses = {{404, "There is no such campaign."}};
  return doc;
}
RouteDoc add_mongo_documents() {
  return with_body(simple(server, "Add a document to a collection", "message, count."),
                   object_with({{"database", "Where to."},
                                {"collection", "Where to."},
                                {"document", "The document; one for ecosystem_meta.dynamic_engagement is a campaign."},
                                {"update", "A member: a document that is equal there is replaced."}}));
}
RouteDoc delete_all_mongo_documents() {
  return with_body(simple(server, "Empty a collection", "message, count."),
                   object_with({{"database", "Which."}, {"collection", "Which."}}));
}
RouteDoc get_mongo_db_find() {
  auto doc = simple(server, "Documents of a collection", "data: a list, or with limit 1 the document.");
  doc.query = {{"database", "Which.", "string", true},
               {"collection", "Which.", "string", true},
               {"field", "Members that are equal, as an object."},
               {"projections", "Members that stay, or that go."},
               {"limit", "At most so many; 0: all.", "integer"},
               {"skip", "So many are left out.", "integer"}};
  return doc;
}
RouteDoc post_mongo_db_aggregate_pipeline() {
  auto doc = with_body(simple(server, "Documents made from a collection", ""),
                       object_with({{"database", "Which."},
                                    {"collection", "Which."},
                                    {"pipeline",
                                     "Stages, or their JSON text, percent-encoded or not: $match, $group, "
                                     "$project, $addFields, $set, $unset, $unwind, $limit, $skip, $out."}}));
  doc.response = {{"type", "array"}, {"items", {{"type", "object"}}}};
  return doc;
}
RouteDoc create_mongo_collection_index() {
  auto doc = simple(server, "Nothing: indexes are made on demand", "message.");
  doc.query = {{"database", "Which."}, {"collection", "Which."}, {"index", "Of which members."}};
  return doc;
}
RouteDoc list_tokens() { return simple(access, "All tokens of applications", "id, name, project, role, expires."); }
RouteDoc create_token() {
  auto doc = with_body(simple(access, "Make a token for the original's server routes", "The token, shown this once."),
                       document::schema<NewToken>());
  doc.status = 201;
  return doc;
}
RouteDoc revoke_token() { return no_content("Revoke a token"); }
RouteDoc list_users() { return simple(access, "All users", "email, project, role, created."); }
RouteDoc create_user() {
  auto doc = with_body(simple(access, "Make a user", "The user, without the password."), document::schema<NewUser>());
  doc.status = 201;
  return doc;
}
RouteDoc delete_user() { return no_content("Delete a user and end all sessions of his"); }

}  // namespace proffer::api::docs
