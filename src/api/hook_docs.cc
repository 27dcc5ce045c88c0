// What the OpenAPI document says of hooks, business functions and custom endpoints.
#include "api/route_docs.h"

namespace proffer::api::docs {
namespace json = boost::json;
namespace {

constexpr std::string_view lua = "text/x-lua";
constexpr ParameterDoc version{"version", "The source of this version, in place of the list.", "integer"};

RouteDoc hook_doc(std::string_view summary, std::string_view response) {
  RouteDoc doc{.method = "", .path = "", .group = "Hooks", .summary = summary};
  doc.response = {{"type", "object"}, {"description", response}};
  return doc;
}

RouteDoc source_doc(std::string_view summary) {
  auto doc = hook_doc(summary, "");
  doc.response = {{"type", "string"}, {"description", "The source, in Lua 5.4."}};
  doc.response_type = lua;
  doc.statuses = {{404, "There is none."}};
  return doc;
}

RouteDoc put_doc(std::string_view summary, std::string_view response) {
  auto doc = hook_doc(summary, response);
  doc.request = {{"type", "string"}, {"description", "The source, in Lua 5.4."}};
  doc.request_types = {lua};
  doc.headers = {if_match};
  doc.statuses = {
      {201, "There was none before."}, {412, "If-Match names another version."}, {415, "This build has no Lua."}};
  return doc;
}

RouteDoc delete_doc(std::string_view summary) {
  auto doc = hook_doc(summary, "");
  doc.response = {};
  doc.status = 204;
  doc.headers = {if_match};
  doc.statuses = {{404, "There is none."}, {412, "If-Match names another version."}};
  return doc;
}

RouteDoc versions_doc(std::string_view summary) {
  auto doc = hook_doc(summary, "");
  doc.response = {{"type", "array"},
                  {"description", "version, date_updated and bytes of each source."},
                  {"items", {{"type", "object"}}}};
  doc.query = {version};
  return doc;
}

}  // namespace

RouteDoc get_hooks() { return source_doc("The hooks of a campaign"); }
RouteDoc put_hooks() {
  auto doc = put_doc("Save the hooks of a campaign", "campaign, version, functions.");
  doc.description = "Makes a new version of the campaign. A decision is replayed with the hooks it was made with.";
  return doc;
}
RouteDoc delete_hooks() { return delete_doc("Take the hooks from a campaign"); }
RouteDoc list_hooks() { return versions_doc("The hooks that a campaign has had"); }

RouteDoc business() {
  auto doc = hook_doc("Run a business function", "What the function returns.");
  doc.request = {{"type", "object"},
                 {"description", "As for /invocations, with business_logic: the name of the function in the hooks."},
                 {"required", json::array{"business_logic"}},
                 {"properties", {{"business_logic", {{"type", "string"}}}}}};
  doc.request_types = {"application/json"};
  doc.request_example = {{"campaign", "fashion"}, {"business_logic", "margin"}, {"params", {{"price", 10}}}};
  doc.statuses = {{404, "There is no such campaign or function."}};
  return doc;
}

RouteDoc list_custom() {
  auto doc = hook_doc("The custom endpoints of the project", "");
  doc.response = {{"type", "array"}, {"items", {{"type", "object"}}}};
  return doc;
}
RouteDoc get_custom() { return source_doc("A custom endpoint"); }
RouteDoc put_custom() {
  auto doc = put_doc("Save a custom endpoint", "name, version, date_updated, bytes.");
  doc.description = "The source defines handle(request). It answers at /custom/{name}.";
  return doc;
}
RouteDoc delete_custom() { return delete_doc("Delete a custom endpoint"); }
RouteDoc list_custom_versions() { return versions_doc("The sources that a custom endpoint has had"); }
RouteDoc call_custom() {
  auto doc = hook_doc("Call a custom endpoint", "What its handle(request) returns.");
  doc.statuses = {{404, "There is no such endpoint."}};
  return doc;
}

}  // namespace proffer::api::docs
