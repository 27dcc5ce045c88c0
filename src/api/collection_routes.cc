#include "api/collection_routes.h"

#include <limits>

#include "aggregation/parse_query.h"
#include "api/collection_types.h"
#include "api/query.h"
#include "api/request_fields.h"
#include "document/json.h"
#include "service/import_documents.h"
#include "service/user_documents.h"
#include "store/document_text.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

service::UserDocuments documents_of(const Services& services) { return {services.ports, services.campaigns}; }

base::Result<store::Collection> collection_of(const Services& services, const Call& call) {
  return documents_of(services).collection(call.project(), call.part("database"), call.part("collection"));
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    if (end > begin) out.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

// A repeat of a call with an Idempotency-Key gives its rows the same ids, and so puts the same documents again.
base::Result<std::string> id_seed(const Call& call) {
  TRY(const auto key, call_key(call, call.request.path));
  return key ? key->route + '\n' + key->key : std::string();
}

class RowsReader final : public BodyReader {
 public:
  RowsReader(Services& services, store::Collection collection, document::RowForm form,
             service::DocumentImportOptions options)
      : services_(services),
        collection_(std::move(collection)),
        import_(services.ports, collection_, form, std::move(options)) {}

  base::Status read(std::string_view piece) override {
    if (!checked_) TRY_DO(documents_of(services_).check_room(collection_));
    checked_ = true;
    return import_.read(piece);
  }

  base::Result<http::Response> finish() override {
    TRY(const auto counts, import_.finish());
    return json_of(json::object{{"inserted", counts.inserted}, {"replaced", counts.replaced}});
  }

 private:
  Services& services_;
  const store::Collection collection_;
  service::DocumentImport import_;
  bool checked_ = false;
};

struct Wanted {
  service::FindDocuments find;
  bool exact = false;
};

base::Result<Wanted> wanted_of(const Call& call) {
  Wanted wanted;
  if (call.request.body.empty()) return wanted;
  TRY(const auto body, object_body(call.request.body));
  document::Violations violations;
  const document::Place place("body");
  auto fields = document::parse_part<FindBody>(body, place, document::Unknown::refuse, violations);
  wanted.find.filter = aggregation::parse_query(fields.filter, {place, "filter"}, violations);
  wanted.find.after = std::move(fields.after);
  wanted.find.limit = static_cast<std::size_t>(fields.limit);
  wanted.find.projection = std::move(fields.projection);
  wanted.exact = fields.exact;
  if (!violations.empty()) return tl::unexpected(violations.error());
  return wanted;
}

base::Status append_document(std::string& text, const store::Document& document, bool exact) {
  if (exact) {
    TRY(const auto whole, store::document_text(document));
    text += whole;
  } else {
    document::append_json(text, document);
  }
  return {};
}

}  // namespace

base::Result<http::Response> list_collections(Services& services, const Call& call) {
  TRY_DO(Query(call.request, {}).status());
  TRY(const auto found, documents_of(services).list(call.project()));
  json::array out;
  for (const auto& one : found) out.push_back({{"database", one.database}, {"collection", one.name}});
  return json_of(out);
}

base::Result<std::unique_ptr<BodyReader>> put_documents(Services& services, const Call& call) {
  TRY(auto collection, collection_of(services, call));
  Query query(call.request, {"id_column", "text", "skip"});
  const auto skip = query.integer("skip", 0, std::numeric_limits<std::int64_t>::max());
  TRY_DO(query.status());
  TRY(const auto form, document::row_form(call.request.header("content-type")));
  TRY(auto seed, id_seed(call));
  service::DocumentImportOptions options{query.text("id_column").value_or(""), split(query.text("text").value_or("")),
                                         std::move(seed), static_cast<std::size_t>(skip.value_or(0))};
  return std::make_unique<RowsReader>(services, std::move(collection), form, std::move(options));
}

base::Result<http::Response> find_documents(Services& services, const Call& call) {
  TRY(const auto collection, collection_of(services, call));
  TRY(const auto wanted, wanted_of(call));
  TRY(auto found, documents_of(services).find(collection, wanted.find));
  std::string text = R"({"documents":[)";
  for (const auto& document : found.documents) {
    if (&document != found.documents.data()) text += ',';
    TRY_DO(append_document(text, document, wanted.exact));
  }
  text += R"(],"next":)";
  document::append_json(text, found.next ? json::value(*found.next) : json::value());
  return json_response(text + '}');
}

base::Result<http::Response> aggregate_documents(Services& services, const Call& call) {
  TRY(const auto collection, collection_of(services, call));
  TRY(const auto body, object_body(call.request.body));
  TRY_DO(document::parse<AggregateBody>(body));
  const document::Place root("body");
  const document::Place place(root, "pipeline");
  TRY(const auto pipeline, aggregation::parse_pipeline(body.at("pipeline"), place));
  if (pipeline.out) return base::fail_field(place.text(), "expected no $out: this route only reads");
  TRY(const auto out, documents_of(services).aggregate(collection, pipeline));
  return json_of(json::object{{"documents", json::array(out.begin(), out.end())}});
}

base::Result<http::Response> delete_document(Services& services, const Call& call) {
  TRY(const auto collection, collection_of(services, call));
  TRY(const bool there, documents_of(services).remove(collection, call.part("id")));
  if (!there) return base::fail(base::ErrorKind::not_found, "there is no document '" + call.part("id") + "'");
  return json_response("", 204);
}

base::Result<http::Response> delete_collection(Services& services, const Call& call) {
  TRY(const auto collection, collection_of(services, call));
  TRY(const auto removed, documents_of(services).clear(collection));
  if (removed == 0) {
    return base::fail(base::ErrorKind::not_found,
                      "there is no document in " + call.part("database") + '/' + call.part("collection"));
  }
  return json_of(json::object{{"deleted", removed}});
}

}  // namespace proffer::api
