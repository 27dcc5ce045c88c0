#include "api/description_routes.h"

#include "api/docs_page.h"
#include "api/openapi.h"
#include "api/routes.h"
#include "document/json.h"

namespace proffer::api {
namespace {

// One description a route that has one; method and path from the table.
std::vector<RouteDoc> route_docs() {
  std::vector<RouteDoc> out;
  for (const auto& route : routes()) {
    if (route.doc == nullptr) continue;
    auto doc = route.doc();
    doc.method = route.method;
    doc.path = route.pattern;
    doc.open = route.access == Access::open;
    out.push_back(std::move(doc));
  }
  return out;
}

boost::json::object document_of(const Services& services) {
  const auto docs = route_docs();
  return openapi({"Proffer", services.settings.version, "Which offer, action or message for this customer, now?"},
                 docs);
}

}  // namespace

base::Result<http::Response> openapi_document(Services& services, const Call&) {
  return json_response(document::json_text(document_of(services)));
}

base::Result<http::Response> openapi_3_0_document(Services& services, const Call&) {
  return json_response(document::json_text(openapi_3_0(document_of(services))));
}

base::Result<http::Response> schema_document(Services&, const Call& call) {
  std::string_view name = call.part("file");
  if (name.ends_with(".json")) name.remove_suffix(5);
  const auto docs = route_docs();
  const auto schemas = schema_documents(docs);
  const auto found = schemas.find(name);
  if (found == schemas.end())
    return base::fail(base::ErrorKind::not_found, "there is no schema '" + std::string(name) + "'");
  auto response = json_response(document::json_text(found->second));
  response.content_type = "application/schema+json";
  return response;
}

base::Result<http::Response> docs_page_route(Services&, const Call&) {
  http::Response response;
  response.content_type = "text/html; charset=utf-8";
  response.headers.emplace_back("Content-Security-Policy", docs_page_policy);
  response.body = std::string(docs_page());
  return response;
}

}  // namespace proffer::api
