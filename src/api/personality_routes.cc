#include "api/personality_routes.h"

#include "api/request_fields.h"
#include "document/describe.h"
#include "document/json.h"
#include "service/collections.h"
#include "service/personality.h"

namespace proffer::api {
namespace {

// The collections of projects lie apart, as those of their campaigns do.
service::FindCollection collections_of(const std::string& project) {
  return [project](const service::CollectionName& name, std::string_view location) -> base::Result<store::Collection> {
    store::Collection out{name.database, name.collection};
    const bool named =
        !name.database.empty() && !name.collection.empty() && name.collection.find(':') == std::string::npos;
    if (!named || service::collections::are_proffers_own(out)) {
      return base::fail_field(std::string(location), "expected a database and a collection of your own",
                              document::json_text(document::render(name)));
    }
    if (project != "default") out.name = project + ':' + out.name;
    return out;
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
