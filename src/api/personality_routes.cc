#include "api/personality_routes.h"

#include "api/request_fields.h"
#include "document/describe.h"
#include "document/json.h"
#include "service/collections.h"
#include "service/personality.h"

namespace proffer::api {
namespace {

service::FindCollection collections_of(const std::string& project) {
  return [project](const service::CollectionName& name, std::string_view location) {
    return service::users_collection(project, name.database, name.collection, location);
  };
}

}  // namespace

base::Result<http::Response> compute_personalities(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  TRY(const auto job, document::parse<service::PersonalityJob>(body));
  TRY(const auto summary,
      service::compute_personalities(services.ports.documents, job, collections_of(call.project())));
  return json_response(document::json_text(document::render(summary)));
}

base::Result<http::Response> personality_labels(Services&, const Call&) {
  auto response = json_response(std::string(service::builtin_mcc_labels_csv()));
  response.content_type = "text/csv; charset=utf-8";
  return response;
}

}  // namespace proffer::api
