#include "service/log_documents.h"

#include <algorithm>

#include "base/limits.h"
#include "document/json.h"
#include "service/result_text.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

// Text that was written here, or that a request brought and that was read before.
json::value stored_value(const std::string& text) {
  return document::parse_json(text, "stored", 2 * base::limits::json_depth).value();
}

// {"$date": ms} as MongoDB's Extended JSON has it.
json::object date_value(base::Time time) {
  return {{"$date", std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count()}};
}

// The date and its parts, in the campaign's time zone.
void add_dates(json::object& out, base::Time time, const Definition& definition) {
  const auto fields = definition.campaign.time_zone.fields(time);
  out["date_log"] = date_value(time);
  out["date_index"] = fields.year * 100 + fields.month;
  out["day_index"] = fields.day;
  out["hour_index"] = fields.hour;
  out["minute_index"] = fields.minute;
}

json::value final_result(const decision::DecisionRecord& record, const Definition& definition) {
  std::string text;
  append_final_result(text, record, definition);
  return stored_value(text);
}

json::object result_object(const decision::DecisionRecord& record, std::size_t place, const Definition& definition) {
  std::string text;
  append_result(text, record, place, definition);
  return stored_value(text).as_object();
}

json::object api_params(const decision::DecisionRecord& record, const Definition& definition) {
  const auto& name = definition.campaign.name;
  return {{"campaign", name},
          {"subcampaign", record.subcampaign},
          {"name", name},
          {"subname", record.subcampaign},
          {"channel", record.channel},
          {"customer", record.customer},
          {"userid", record.userid},
          {"uuid", record.uuid.to_string()},
          {"resultcount", record.asked},
          {"mojo", "1"}};
}

// What was shown had a chance above 0: 0 stands for one that was not computed or not known.
json::value known(double propensity) { return propensity > 0 ? json::value(propensity) : json::value(nullptr); }

json::object server_object(const ServerInfo& server) {
  return {
      {"hostname", server.hostname}, {"address", server.address}, {"port", server.port}, {"version", server.version}};
}

json::object stats(const decision::DecisionRecord& record, base::Time time, const Definition& definition,
                   const ServerInfo& server) {
  const auto& zone = definition.campaign.time_zone;
  const base::Micros duration{record.duration_us};
  return {{"start_date", zone.format(time)},
          {"end_date", zone.format(time + duration)},
          {"start_time", std::chrono::nanoseconds(time.time_since_epoch()).count()},
          {"duration", std::chrono::floor<std::chrono::milliseconds>(duration).count()},
          {"duration_ns", std::chrono::nanoseconds(duration).count()},
          {"duration_paramsdb", 0},  // gathered before the decision, and not timed
          {"duration_whitelist", 0},
          {"duration_cache", 0},
          {"epsilon", definition.campaign.deployment_epsilon},
          {"error", 0},
          {"model", "No Model"},
          {"predictor", definition.campaign.name},
          {"runtime_version", server.version},
          {"userid", record.userid}};
}

// The customer's list, as the original shows it: {} for one that is not listed.
json::object whitelist(const json::object& gathered) {
  const auto* list = gathered.if_contains("whitelist");
  return list == nullptr ? json::object{} : list->as_object();
}

const decision::DecisionRecord& decision_in(const decision::LogEntry& entry) {
  return std::get<decision::DecisionRecord>(entry.record);
}

base::Time date_of(const decision::LogEntry& entry) { return decision::date_of(decision_in(entry), entry.time); }

bool is_accepted(const std::vector<decision::LogEntry>& outcomes, std::size_t place) {
  return std::ranges::any_of(outcomes, [place](const decision::LogEntry& entry) {
    const auto* outcome = std::get_if<decision::OutcomeRecord>(&entry.record);
    return outcome != nullptr &&
           std::ranges::any_of(outcome->accepted, [place](const auto& a) { return a.place == place; });
  });
}

}  // namespace

json::object contact_document(const decision::LogEntry& entry, const Definition& definition, const ServerInfo& server) {
  const auto& record = decision_in(entry);
  const auto date = date_of(entry);
  json::object out{{"_id", record.uuid.to_string()},
                   {"uuid", record.uuid.to_string()},
                   {"predictor", definition.campaign.name},
                   {"userid", record.userid},
                   {"mojo", "1"},
                   {"cache", record.cached_from ? 1 : 0},
                   {"explore", record.explore ? 1 : 0}};
  const auto gathered = stored_value(record.gathered).as_object();
  out["final_result"] = final_result(record, definition);
  out["whitelist"] = whitelist(gathered);
  out["params"] = {{"key", "customer"}, {"value", record.customer}};
  out["in_params"] = stored_value(record.in_params);
  if (const auto* features = gathered.if_contains("features")) out["scoring_data"] = *features;
  out["api_params"] = api_params(record, definition);
  add_dates(out, date, definition);
  out["server"] = server_object(server);
  out["stats"] = stats(record, date, definition, server);
  out["proffer"] = {{"position", entry.position},
                    {"stored", date_value(entry.time)},
                    {"imported", record.date.has_value()},
                    {"project", definition.campaign.project},
                    {"campaign_uuid", definition.campaign.uuid.to_string()},
                    {"campaign_version", record.campaign_version},
                    {"eligible", record.eligible},
                    {"explore_model", record.explore_model ? 1 : 0},
                    {"propensity", {{"method", name_of(record.method)}, {"draws", record.propensity_draws}}}};
  const auto others = record.others.ends();
  if (!others.empty()) out["proffer"].as_object()["folded"] = json::array(others.begin(), others.end());
  return out;
}

json::object response_document(const decision::LogEntry& outcome, const decision::LogEntry& decision,
                               const Definition& definition, const ServerInfo& server) {
  const auto& record = decision_in(decision);
  const auto& what = std::get<decision::OutcomeRecord>(outcome.record);
  const auto date = what.date.value_or(outcome.time);
  json::array accepted;
  for (const auto& a : what.accepted) accepted.push_back(result_object(record, a.place, definition));
  json::object out{{"_id", what.uuid.to_string()},
                   {"uuid", record.uuid.to_string()},
                   {"response_uuid", what.uuid.to_string()},
                   {"predictor", definition.campaign.name}};
  add_dates(out, date, definition);
  const auto text = definition.campaign.time_zone.format(date);
  out["server"] = server_object(server);
  out["stats"] = {
      {"start_date", text}, {"end_date", text}, {"duration", 0}, {"error", 0}, {"runtime_version", server.version}};
  out["response"] = {{"uuid", record.uuid.to_string()},
                     {"channel_name", what.channel},
                     {"transaction_id", what.transaction_id},
                     {"predictor", definition.campaign.name},
                     {"userid", record.userid},
                     {"cache", record.cached_from ? 1 : 0},
                     {"explore", record.explore ? 1 : 0},
                     {"whitelist", whitelist(stored_value(record.gathered).as_object())},
                     {"in_params", stored_value(record.in_params)},
                     {"offers_accepted", std::move(accepted)}};
  out["response_log"] = contact_document(decision, definition, server);
  return out;
}

std::vector<json::object> flatten_rows(const decision::LogEntry& decision,
                                       const std::vector<decision::LogEntry>& outcomes, const Definition& definition) {
  const auto& record = decision_in(decision);
  const auto date = date_of(decision);
  std::vector<json::object> rows;
  for (std::size_t place = 0; place < record.shown.size(); ++place) {
    const auto& shown = record.shown[place];
    const auto& option = *definition.option(shown.option);
    json::object row{{"uuid", record.uuid.to_string()},
                     {"predictor", definition.campaign.name},
                     {"userid", record.userid},
                     {"customer_id", record.customer},
                     {"offer", option.offer},
                     {"offer_name", option.offer},
                     {"accepted", is_accepted(outcomes, place) ? 1 : 0},
                     {"price", option.price},
                     {"rank", record.first_rank + place},
                     {"score", shown.score},
                     {"explore", record.explore ? 1 : 0},
                     {"slot_propensity", known(shown.slot_propensity)},
                     {"slate_propensity", known(shown.slate_propensity)},
                     {"contextual_variable_one", option.context.one},
                     {"contextual_variable_two", option.context.two},
                     {"datetime", definition.campaign.time_zone.format(date)}};
    add_dates(row, date, definition);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace proffer::service
