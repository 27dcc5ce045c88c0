#include "service/refresh_with_options.h"

#include "base/limits.h"
#include "document/json.h"
#include "service/store_id.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr std::size_t quoted_bytes = 500;  // of a server's refusal

base::Error failed_in(const char* step, base::Error error) {
  error.message = std::string("step ") + step + " failed: " + error.message;
  return error;
}

std::string route_of(const std::string& url) {
  return url.substr(0, url.find_last_not_of('/') + 1) + "/updateClientPulseResponder";
}

// What a server says is wrong, in its own words.
std::string refusal_of(const OutgoingAnswer& answer) {
  const auto body = document::parse_json(answer.body);
  if (body && body->is_object()) {
    for (const auto* name : {"ErrorMessage", "detail", "message"}) {
      const auto* text = body->get_object().if_contains(name);
      if (text != nullptr && text->is_string()) return std::string(text->get_string());
    }
  }
  return answer.body.substr(0, quoted_bytes);
}

base::Result<json::object> object_of(const std::string& url, const OutgoingAnswer& answer) {
  auto body = document::parse_json(answer.body);
  const bool is_object = body && body->is_object();
  if (answer.status / 100 != 2 || (is_object && body->get_object().contains("ErrorMessage"))) {
    return base::fail(base::ErrorKind::remote,
                      url + " answered " + std::to_string(answer.status) + ": " + refusal_of(answer));
  }
  if (is_object) return std::move(body->get_object());
  return json::object{};  // the original's answer is not published: any 2xx is good
}

// Where a set-up was made, its names hold; else the campaign's.
void name_set_up(json::object& body, const SetUp& set_up) {
  const auto values = [](const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); };
  body["feature_store_database"] = set_up.feature_store.database;
  body["feature_store_collection"] = set_up.feature_store.name;
  body["offer_key"] = set_up.offer_column;
  body["contextual_variable_one_name"] = set_up.one_name;
  body["contextual_variable_one_values"] = values(set_up.one_values);
  body["contextual_variable_two_name"] = set_up.two_name;
  body["contextual_variable_two_values"] = values(set_up.two_values);
}

void rename(json::object& row, std::string_view from, const std::string& to) {
  const auto* value = row.if_contains(from);
  if (value == nullptr || from == to) return;
  json::value moved = *value;
  row.erase(from);
  row[to] = std::move(moved);
}

}  // namespace

json::object regeneration_body(const Definition& definition, bool rebuild, const std::optional<SetUp>& set_up) {
  const auto whole = render_campaign(definition.document);
  json::object body{{"type", rebuild ? "generateDefaultOptions" : "generateUpdatedOptions"},
                    {"name", definition.campaign.name},
                    {"uuid", definition.campaign.uuid.to_string()},
                    {"engagement_type", definition.document.randomisation.approach}};
  for (const auto* name : {"feature_store_database", "feature_store_collection", "options_store_database",
                           "options_store_collection", "dynamic_eligibility"}) {
    if (const auto* value = whole.if_contains(name)) body[name] = *value;
  }
  for (const auto& [name, value] : whole.at("contextual_variables").as_object()) {
    if (name != "offer_values" && name != "training_variable_values") body[name] = value;
  }
  for (const auto* name : {"prior_success_reward", "prior_fail_reward"}) {
    body[name] = whole.at("randomisation").at(name);
  }
  if (set_up) name_set_up(body, *set_up);
  body["return_rows"] = true;
  return body;
}

json::object option_row(const Definition& definition, const decision::Option& option) {
  auto row = definition.rows.at(option.id).attributes;
  const auto& columns = definition.document.contextual_variables;
  for (const auto& name : text_columns(columns)) row.erase(name);
  if (!columns.take_up.empty()) row.erase(columns.take_up);  // what it said stands in the priors
  const json::object own{{"offer", option.offer},
                         {"contextual_variable_one", option.context.one},
                         {"contextual_variable_two", option.context.two},
                         {"alpha_zero", option.alpha_zero},
                         {"beta_zero", option.beta_zero},
                         {"cost", option.cost},
                         {"price", option.price},
                         {"offer_value", option.value},
                         {"weighting", option.weighting},
                         {"learning_reward", option.learning_reward}};
  for (const auto& [name, value] : own) row[name] = value;
  return row;
}

base::Result<std::vector<OfferRow>> read_option_rows(const json::array& rows, const ContextualVariables& columns) {
  const auto names = text_columns(columns);
  std::vector<json::object> objects;
  for (const auto& row : rows) {
    if (!row.is_object()) continue;
    auto named = row.get_object();
    rename(named, "offer", names.front());
    rename(named, "contextual_variable_one", names[names.size() - 2]);
    rename(named, "contextual_variable_two", names.back());
    objects.push_back(std::move(named));
  }
  return parse_offer_rows(objects, columns, DuplicateRows::merge, "rows");
}

base::Result<json::object> RefreshWithOptions::call_server(const RefreshRequest& request,
                                                           const Definition& definition) {
  OutgoingRequest call;
  call.url = route_of(request.url);
  call.headers = {{"Authorization", "Bearer " + request.token}, {"Content-Type", "application/json"}};
  call.body = document::json_text(regeneration_body(definition, request.rebuild, request.set_up));
  call.max_answer_bytes = base::limits::body_offers_bytes;
  TRY(const auto answer, ports_.outgoing.send(call));
  return object_of(call.url, answer);
}

// A server on the same store has changed what a refresh reads; from one with its own, the options come in the answer.
base::Result<bool> RefreshWithOptions::take_over(const RefreshRequest& request, const Definition& definition,
                                                 const json::object& answer) {
  const auto* store = answer.if_contains("store");
  const auto* rows = answer.if_contains("rows");
  if (store == nullptr || rows == nullptr || !store->is_string() || !rows->is_array()) return false;
  TRY(const auto own, store_id(ports_));
  if (std::string_view(store->get_string()) == own) return false;
  TRY(auto offers, read_option_rows(rows->get_array(), definition.document.contextual_variables));
  if (offers.empty()) return base::fail(base::ErrorKind::remote, "the server has no options");
  TRY_DO(define_.regenerate(request.project, definition.campaign.name,
                            {.rebuild = request.rebuild, .document = {}, .rows = std::move(offers)}));
  return true;
}

base::Result<Refreshed> RefreshWithOptions::run(const RefreshRequest& request) {
  TRY_DO(servers_.check(request.url, "body.url"));
  TRY(const auto live, campaigns_.choose(request.project, request.campaign));
  const auto definition = live->current();
  Refreshed out;
  out.campaign = definition->campaign.name;
  if (request.offers) {
    auto rows = copy_table_offers(ports_, campaigns_, request.project, *request.offers);
    if (!rows) return tl::unexpected(failed_in("offers", std::move(rows).error()));
    out.offer_rows = *rows;
  }
  if (request.set_up) {
    auto rows = rebuild_feature_store(ports_, campaigns_, request.project, *request.set_up);
    if (!rows) return tl::unexpected(failed_in("set-up", std::move(rows).error()));
    out.set_up_rows = *rows;
  }
  auto answer = call_server(request, *definition);
  if (!answer) return tl::unexpected(failed_in("updateClientPulseResponder", std::move(answer).error()));
  auto taken_over = take_over(request, *definition, *answer);
  if (!taken_over) return tl::unexpected(failed_in("options", std::move(taken_over).error()));
  out.taken_over = *taken_over;
  answer->erase("rows");
  out.server = std::move(*answer);
  if (auto refreshed = refresh_(); !refreshed)
    return tl::unexpected(failed_in("refresh", std::move(refreshed).error()));
  return out;
}

}  // namespace proffer::service
