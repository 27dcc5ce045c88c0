#include "api/decision_routes.h"

#include <limits>

#include "api/query.h"
#include "base/limits.h"
#include "document/json.h"
#include "service/log_documents.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

enum class View { contacts, responses, flatten };

base::Result<View> view_of(Query& query) {
  const auto name = query.text("view").value_or("contacts");
  if (name == "contacts") return View::contacts;
  if (name == "responses") return View::responses;
  if (name == "flatten") return View::flatten;
  return base::fail_field("query.view", "expected contacts, responses or flatten",
                          document::json_text(json::value(name)));
}

// The number of the campaign that is named; nothing when none is: then those of all, deleted ones too.
base::Result<std::optional<std::vector<std::uint32_t>>> campaigns_of(Services& services, const Call& call,
                                                                     const Query& query) {
  const auto name = query.text("campaign");
  if (!name) return std::nullopt;
  const auto live = services.campaigns.find(call.project(), *name);
  if (!live) return base::fail(base::ErrorKind::not_found, "there is no campaign '" + *name + "'");
  return std::vector{live->current()->campaign.number};
}

base::Result<store::DecisionQuery> query_of(Services& services, const Call& call, Query& query) {
  store::DecisionQuery out;
  out.customer = query.text("customer");
  out.from = query.time("from");
  out.to = query.time("to");
  const auto after = query.integer("after", 1, std::numeric_limits<std::int64_t>::max());
  if (after) out.before = static_cast<store::LogPosition>(*after);
  out.limit = static_cast<std::size_t>(query.integer("limit", 1, base::limits::page_rows).value_or(100));
  TRY_DO(query.status());
  TRY(out.campaigns, campaigns_of(services, call, query));
  return out;
}

base::Result<service::DefinitionPtr> definition_of(Services& services, const decision::LogEntry& entry) {
  const auto& record = std::get<decision::DecisionRecord>(entry.record);
  return services.campaigns.definition_at(services.ports.documents, record.campaign, record.campaign_version);
}

// Adds what the view shows of a decision; nothing of another project's.
base::Status append_view(Services& services, const Call& call, const decision::LogEntry& entry, View view,
                         json::array& out) {
  TRY(const auto definition, definition_of(services, entry));
  if (definition->campaign.project != call.project()) return {};
  if (view == View::contacts) {
    out.push_back(service::contact_document(entry, *definition, services.settings.server));
    return {};
  }
  TRY(const auto outcomes, services.ports.log.outcomes_of(entry.position));
  if (view == View::flatten) {
    for (auto& row : service::flatten_rows(entry, outcomes, *definition)) out.push_back(std::move(row));
  } else {
    for (const auto& outcome : outcomes)
      out.push_back(service::response_document(outcome, entry, *definition, services.settings.server));
  }
  return {};
}

base::Result<base::Uuid> uuid_of(const Call& call) {
  if (const auto uuid = base::parse_uuid(call.part("uuid"))) return *uuid;
  return base::fail(base::ErrorKind::not_found, "there is no decision '" + call.part("uuid") + "'");
}

json::array shown_objects(const std::vector<decision::ShownOffer>& shown, const service::Definition& definition) {
  json::array out;
  for (const auto& offer : shown) {
    const auto* option = definition.option(offer.option);
    out.push_back({{"offer", option == nullptr ? "" : option->offer},
                   {"score", offer.score},
                   {"slot_propensity", offer.slot_propensity},
                   {"slate_propensity", offer.slate_propensity}});
  }
  return out;
}

}  // namespace

base::Result<http::Response> list_decisions(Services& services, const Call& call) {
  Query query(call.request, {"campaign", "customer", "from", "to", "limit", "after", "view"});
  TRY(const auto view, view_of(query));
  TRY(const auto wanted, query_of(services, call, query));
  TRY(const auto page, services.ports.log.query(wanted));
  json::array rows;
  for (const auto& entry : page.entries) TRY_DO(append_view(services, call, entry, view, rows));
  json::object out{{"decisions", std::move(rows)}};
  out["next"] = page.next ? json::value(*page.next) : json::value(nullptr);
  return json_response(document::json_text(out));
}

base::Result<http::Response> get_decision(Services& services, const Call& call) {
  TRY(const auto uuid, uuid_of(call));
  TRY(const auto entry, services.ports.log.find_decision(uuid));
  if (!entry) return service::absent_decision(services.ports.log, uuid);
  TRY(const auto definition, definition_of(services, *entry));
  if (definition->campaign.project != call.project()) {
    return base::fail(base::ErrorKind::not_found, "there is no decision " + uuid.to_string());
  }
  json::array responses, flatten;
  json::array contacts;
  TRY_DO(append_view(services, call, *entry, View::contacts, contacts));
  TRY_DO(append_view(services, call, *entry, View::responses, responses));
  TRY_DO(append_view(services, call, *entry, View::flatten, flatten));
  return json_response(document::json_text(json::object{
      {"decision", contacts.front()}, {"responses", std::move(responses)}, {"flatten", std::move(flatten)}}));
}

base::Result<http::Response> replay_decision(Services& services, const Call& call) {
  TRY(const auto uuid, uuid_of(call));
  TRY(const auto replayed, services.replay.run(call.project(), uuid));
  const auto& record = std::get<decision::DecisionRecord>(replayed.recorded.record);
  json::array differences;
  for (const auto& difference : replayed.differences) differences.push_back(json::value(difference));
  return json_response(
      document::json_text(json::object{{"uuid", uuid.to_string()},
                                       {"campaign", replayed.definition->campaign.name},
                                       {"campaign_version", record.campaign_version},
                                       {"position", replayed.recorded.position},
                                       {"seed", std::to_string(service::seed_of(uuid))},
                                       {"reproduced", replayed.differences.empty()},
                                       {"differences", std::move(differences)},
                                       {"explore", replayed.slate.explore ? 1 : 0},
                                       {"explore_model", replayed.slate.explore_model ? 1 : 0},
                                       {"recorded", shown_objects(record.shown, *replayed.definition)},
                                       {"replayed", shown_objects(replayed.slate.shown, *replayed.definition)}}));
}

}  // namespace proffer::api
