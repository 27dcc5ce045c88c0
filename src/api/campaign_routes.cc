#include "api/campaign_routes.h"

#include <limits>

#include "api/query.h"
#include "api/request_fields.h"
#include "base/limits.h"
#include "document/json.h"
#include "document/rows.h"
#include "service/option_documents.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

base::Result<service::LiveCampaignPtr> campaign_of(Services& services, const Call& call) {
  if (auto live = services.campaigns.find(call.project(), call.part("name"))) return live;
  if (services.catch_up) {  // another node may just have made it
    TRY_DO(services.catch_up());
    if (auto live = services.campaigns.find(call.project(), call.part("name"))) return live;
  }
  return base::fail(base::ErrorKind::not_found, "there is no campaign '" + call.part("name") + "'");
}

http::Response campaign_response(const service::Definition& definition, int status) {
  auto response = json_response(document::json_text(service::show_campaign(definition)), status);
  response.headers.emplace_back("ETag", definition.etag());
  return response;
}

// What a change of offers leaves: made again from the definition on an idempotent repeat.
http::Response offers_response(const service::Definition& definition) {
  const json::object out{{"campaign", definition.campaign.name},
                         {"version", definition.campaign.version},
                         {"offers", definition.campaign.offers.size()},
                         {"options", definition.campaign.options.size()}};
  auto response = json_response(document::json_text(out));
  response.headers.emplace_back("ETag", definition.etag());
  return response;
}

base::Result<std::vector<json::object>> rows_of(const Call& call, std::size_t max_rows,
                                                std::span<const std::string> text_columns) {
  const document::RowOptions options{max_rows, text_columns};
  return document::parse_rows(call.request.header("content-type"), call.request.body, options);
}

base::Result<http::Response> change_offers(Services& services, const Call& call, service::OffersChange change) {
  TRY(const auto live, campaign_of(services, call));
  const auto columns = service::text_columns(live->current()->document.contextual_variables);
  TRY(const auto rows, rows_of(call, base::limits::offers_per_campaign, columns));
  TRY(const auto changed,
      services.define.change_offers(call.project(), call.part("name"), rows, change, expected_of(call)));
  return offers_response(*changed.definition);
}

// The definition that the record of a first call put in force.
base::Result<http::Response> offers_again(Services& services, const decision::LogEntry& entry) {
  const auto* record = std::get_if<decision::DefinitionRecord>(&entry.record);
  if (record == nullptr) return base::fail(base::ErrorKind::internal, "the key belongs to a record of another kind");
  TRY(const auto definition,
      services.campaigns.definition_at(services.ports.documents, record->campaign, record->version));
  auto response = offers_response(*definition);
  response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

// Ends a call with an Idempotency-Key when its route returns, however that comes about.
class RunningCall {
 public:
  RunningCall(service::Calls& calls, const decision::CallKey& key) : calls_(calls), key_(key) {}
  ~RunningCall() { calls_.finish(key_); }
  RunningCall(const RunningCall&) = delete;
  RunningCall& operator=(const RunningCall&) = delete;

 private:
  service::Calls& calls_;
  const decision::CallKey& key_;
};

http::Response imported_response(const service::Imported& imported) {
  return json_response(
      document::json_text(json::object{{"decisions", imported.decisions}, {"outcomes", imported.outcomes}}));
}

// A repeat comes with the same body, and all of it was imported: the same counts.
http::Response imported_again(std::span<const json::object> rows) {
  auto response = imported_response(service::count_exposures(rows));
  response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

}  // namespace

base::Result<http::Response> list_campaigns(Services& services, const Call& call) {
  json::array out;
  for (const auto& live : services.campaigns.of_project(call.project()))
    out.push_back(service::show_campaign(*live->current()));
  return json_response(document::json_text(out));
}

base::Result<http::Response> get_campaign(Services& services, const Call& call) {
  TRY(const auto live, campaign_of(services, call));
  return campaign_response(*live->current(), 200);
}

base::Result<http::Response> put_campaign(Services& services, const Call& call) {
  TRY(const auto body, object_body(call.request.body));
  TRY(const auto stored, services.define.put_campaign(call.project(), call.part("name"), body, expected_of(call)));
  return campaign_response(*stored.definition, stored.created ? 201 : 200);
}

base::Result<http::Response> delete_campaign(Services& services, const Call& call) {
  TRY_DO(services.define.delete_campaign(call.project(), call.part("name"), expected_of(call)));
  return json_response("", 204);
}

base::Result<http::Response> put_offers(Services& services, const Call& call) {
  return change_offers(services, call, {.replace = true, .call = {}});
}

base::Result<http::Response> post_offers(Services& services, const Call& call) {
  TRY(const auto key, call_key(call, "POST /api/v1/campaigns/" + call.part("name") + "/offers"));
  if (!key) return change_offers(services, call, {.replace = false, .call = {}});
  TRY(const auto first, services.calls.begin(*key));
  if (first) return offers_again(services, *first);
  const RunningCall running(services.calls, *key);
  return change_offers(services, call, {.replace = false, .call = key});
}

base::Result<http::Response> get_options(Services& services, const Call& call) {
  TRY(const auto live, campaign_of(services, call));
  Query query(call.request, {"limit", "after"});
  const auto limit = query.integer("limit", 1, std::numeric_limits<std::int64_t>::max());
  const auto after = query.integer("after", 0, std::numeric_limits<decision::OptionId>::max());
  TRY_DO(query.status());
  const auto options = service::show_options(
      *live, services.ports.clock.now(), after ? std::optional(static_cast<decision::OptionId>(*after)) : std::nullopt,
      limit ? static_cast<std::size_t>(*limit) : std::numeric_limits<std::size_t>::max());
  std::string text = "[";
  for (const auto& option : options) {
    if (text.size() > 1) text += ',';
    document::append_json(text, option);
  }
  return json_response(text + ']');
}

base::Result<http::Response> import_decisions(Services& services, const Call& call) {
  TRY(const auto key, call_key(call, "POST /api/v1/campaigns/" + call.part("name") + "/decisions"));
  const auto columns = service::exposure_text_columns();
  TRY(const auto rows, rows_of(call, base::limits::import_rows, columns));
  std::optional<RunningCall> running;
  if (key) {
    TRY(const auto first, services.calls.begin(*key));
    if (first) return imported_again(rows);
    running.emplace(services.calls, *key);
  }
  TRY(const auto imported, services.import_decisions.run(call.project(), call.part("name"), rows, key));
  return imported_response(imported);
}

}  // namespace proffer::api
