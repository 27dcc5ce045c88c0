#include "api/server_data_routes.h"

#include <algorithm>

#include "aggregation/pipeline.h"
#include "api/parameters.h"
#include "api/request_fields.h"
#include "api/server_parameters.h"
#include "api/server_routes.h"
#include "base/limits.h"
#include "document/json.h"
#include "service/collections.h"
#include "service/option_documents.h"
#include "service/project_documents.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

namespace limits = base::limits;

http::Response done(std::size_t count) {
  return json_of(json::object{{"message", "Success"}, {"status", "successful"}, {"count", count}});
}

// The collection of a body, or of a query read as one.
store::Collection collection_of(const Call& call, RequestFields& fields) {
  return service::in_project(call.project(), {fields.text({"database"}, limits::text_field_bytes).value_or(""),
                                              fields.text({"collection"}, limits::text_field_bytes).value_or("")});
}

json::object query_members(const Call& call) {
  json::object members;
  for (const auto& [name, value] : call.request.query) members[name] = value;
  return members;
}

bool is_own_options_store(const Services& services, const Call& call, const store::Collection& collection) {
  return std::ranges::any_of(services.campaigns.of_project(call.project()),
                             [&](const auto& live) { return service::options_store(*live->current()) == collection; });
}

base::Result<std::vector<json::object>> documents_of(Services& services, const store::Collection& collection) {
  std::vector<json::object> out;
  const auto keep = [&](store::Document&& document) -> base::Status {
    out.push_back(std::move(document));
    if (out.size() <= limits::offers_per_campaign) return {};
    return base::fail(base::ErrorKind::too_large,
                      "more than " + std::to_string(limits::offers_per_campaign) + " documents");
  };
  TRY_DO(service::for_each_document(services.ports.documents, collection, keep));
  return out;
}

// The document that is equal at `key`, which the new one replaces.
base::Result<std::optional<std::string>> id_at(Services& services, const store::Collection& collection,
                                               const std::string& key, const json::object& document) {
  const auto* wanted = document.if_contains(key);
  if (wanted == nullptr) return std::nullopt;
  const document::Filter filter{{{key, document::Compare::equal, *wanted}}};
  store::ScanOptions first;
  first.limit = 1;
  TRY(const auto found, services.ports.documents.scan(collection, filter, first));
  if (found.empty()) return std::nullopt;
  return std::string(found.front().at("_id").as_string());
}

// The pipeline comes percent-encoded, as JSON text.
base::Result<aggregation::Pipeline> pipeline_of(const json::object& body) {
  const auto* value = body.if_contains("pipeline");
  if (value == nullptr) return base::fail_field("body.pipeline", "is required");
  if (!value->is_string()) return aggregation::parse_pipeline(*value);
  if (auto plain = document::parse_json(value->get_string())) return aggregation::parse_pipeline(*plain);
  TRY(const auto found, document::parse_json(percent_decoded(value->get_string()), "body.pipeline"));
  return aggregation::parse_pipeline(found);
}

base::Status put_out(Services& services, const Call& call, const store::Collection& target,
                     std::vector<json::object> documents) {
  TRY_DO(service::check_open(services.campaigns, call.project(), target, "pipeline.$out"));
  std::vector<store::Document> fresh;
  fresh.reserve(documents.size());
  for (auto& document : documents) fresh.push_back(service::with_id(std::move(document), services.ports));
  return service::replace_documents(services.ports.documents, target, std::move(fresh));
}

}  // namespace

base::Result<http::Response> add_mongo_documents(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  RequestFields fields(body);
  const auto collection = collection_of(call, fields);
  const auto key = fields.text({"update"}, limits::text_field_bytes);
  const auto* document = body.if_contains("document");
  if (document == nullptr || !document->is_object()) {
    fields.violations().add("body.document", "expected an object", document == nullptr ? nullptr : *document);
  }
  TRY_DO(fields.status());
  if (collection == service::collections::campaigns) return save_campaign(services, call, document->get_object());
  TRY_DO(service::check_open(services.campaigns, call.project(), collection, "body.collection"));
  auto fresh = service::with_id(document->get_object(), services.ports);
  TRY(const auto before, id_at(services, collection, key.value_or(""), fresh));
  if (before) {
    fresh["_id"] = *before;
    TRY_DO(services.ports.documents.put(collection, std::move(fresh)));
  } else {
    TRY_DO(services.ports.documents.insert(collection, std::move(fresh)));
  }
  return done(1);
}

// A campaign's options are made from its rows, so emptying their store changes nothing.
base::Result<http::Response> delete_all_mongo_documents(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  RequestFields fields(body);
  const auto collection = collection_of(call, fields);
  TRY_DO(fields.status());
  if (is_own_options_store(services, call, collection)) return done(0);
  TRY_DO(service::check_open(services.campaigns, call.project(), collection, "body.collection"));
  TRY(const auto before, documents_of(services, collection));
  TRY_DO(service::replace_documents(services.ports.documents, collection, {}));
  return done(before.size());
}

// As the original's client reads it: with limit 1 the document itself, else a list.
base::Result<http::Response> get_mongo_db_find(Services& services, const Call& call) {
  const auto query = query_members(call);
  RequestFields fields(query);
  const auto collection = collection_of(call, fields);
  const auto limit = static_cast<std::size_t>(fields.integer({"limit"}, 0, 1'000'000'000).value_or(0));
  const auto skip = static_cast<std::size_t>(fields.integer({"skip"}, 0, 1'000'000'000).value_or(0));
  TRY_DO(fields.status());
  TRY(const auto find, object_parameter(call, "field"));
  TRY(const auto projection, object_parameter(call, "projections"));
  TRY_DO(service::check_open(services.campaigns, call.project(), collection, "query.collection"));
  json::array stages{json::object{{"$match", find}}, json::object{{"$skip", skip}}};
  if (limit > 0) stages.push_back(json::object{{"$limit", limit}});
  if (!projection.empty()) stages.push_back(json::object{{"$project", projection}});
  TRY(const auto pipeline, aggregation::parse_pipeline(stages));
  TRY(const auto found, service::aggregate(services.ports, collection, pipeline));
  if (limit == 1 && found.size() == 1) return json_of(json::object{{"data", found.front()}});
  return json_of(json::object{{"data", json::array(found.begin(), found.end())}});
}

base::Result<http::Response> post_mongo_db_aggregate_pipeline(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  RequestFields fields(body);
  const auto collection = collection_of(call, fields);
  TRY_DO(fields.status());
  TRY(const auto pipeline, pipeline_of(body));
  TRY_DO(service::check_open(services.campaigns, call.project(), collection, "body.collection"));
  TRY(auto out, service::aggregate(services.ports, collection, pipeline));
  if (!pipeline.out) return json_of(json::array(out.begin(), out.end()));
  const auto& to = *pipeline.out;
  const store::Collection target{to.database.empty() ? collection.database : to.database, to.collection};
  TRY_DO(put_out(services, call, service::in_project(call.project(), target), std::move(out)));
  return json_of(json::array{});
}

// Indexes are made on demand: there is nothing to do.
base::Result<http::Response> create_mongo_collection_index(Services&, const Call&) { return done(0); }

}  // namespace proffer::api
