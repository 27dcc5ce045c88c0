#include "api/personality_routes.h"

#include "api/request_fields.h"
#include "document/describe.h"
#include "document/json.h"
#include "service/personality.h"
#include "service/user_documents.h"

namespace proffer::api {
namespace {

// The same error, of the field that named the collection.
base::Error at(std::string_view location, const base::Error& error) {
  if (error.fields.empty()) return error;
  const auto& field = error.fields.front();
  return base::fail_field(std::string(location), field.message, field.value).value();
}

service::FindCollection collections_of(const Services& services, const std::string& project) {
  const service::UserDocuments documents(services.ports, services.campaigns);
  return [documents, project](const service::CollectionName& name,
                              std::string_view location) -> base::Result<store::Collection> {
    return documents.collection(project, name.database, name.collection).map_error([&](const base::Error& error) {
      return at(location, error);
    });
  };
}

}  // namespace

base::Result<http::Response> compute_personalities(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  TRY(const auto job, document::parse<service::PersonalityJob>(body));
  TRY(const auto summary,
      service::compute_personalities(services.ports.documents, job, collections_of(services, call.project())));
  return json_response(document::json_text(document::render(summary)));
}

base::Result<http::Response> personality_labels(Services&, const Call&) {
  auto response = json_response(std::string(service::builtin_mcc_labels_csv()));
  response.content_type = "text/csv; charset=utf-8";
  return response;
}

}  // namespace proffer::api
