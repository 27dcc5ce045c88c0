#include "service/gathered.h"

#include "document/json.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

json::array texts(const std::vector<std::string>& values) {
  json::array out;
  for (const auto& value : values) out.emplace_back(value);
  return out;
}

json::object numbers(const std::map<std::string, double>& values) {
  json::object out;
  for (const auto& [name, value] : values) out[name] = value;
  return out;
}

std::vector<std::string> texts_in(const json::value& array) {
  std::vector<std::string> out;
  for (const auto& value : array.as_array()) out.emplace_back(value.as_string());
  return out;
}

std::map<std::string, double> numbers_in(const json::value& object) {
  std::map<std::string, double> out;
  for (const auto& [name, value] : object.as_object()) out[name] = value.to_number<double>();
  return out;
}

json::object render(const CustomerList& list) { return {{"offers", texts(list.offers)}, {"only", list.only}}; }

json::object render(const GenerativeReply& reply) {
  json::object out{{"scores", numbers(reply.scores)}};
  if (reply.fallback.empty()) return out;
  out["fallback"] = reply.fallback;
  out["reason"] = reply.reason;
  return out;
}

json::object render(const HookResults& hooks) {
  json::object out;
  if (!hooks.rewards.empty()) out["rewards"] = numbers(hooks.rewards);
  if (!hooks.learning_rewards.empty()) out["learning_rewards"] = numbers(hooks.learning_rewards);
  if (!hooks.errors.empty()) out["errors"] = texts(hooks.errors);
  if (!hooks.added.empty()) out["added"] = json::array(hooks.added.begin(), hooks.added.end());
  if (!hooks.post_error.empty()) out["post_error"] = hooks.post_error;
  return out;
}

json::array render(const std::vector<LeftOutOffer>& left_out) {
  json::array out;
  for (const auto& [offer, rule] : left_out) out.push_back(json::object{{"offer", offer}, {"rule", rule}});
  return out;
}

std::vector<LeftOutOffer> left_out_in(const json::array& array) {
  std::vector<LeftOutOffer> out;
  for (const auto& one : array)
    out.push_back({std::string(one.at("offer").as_string()), std::string(one.at("rule").as_string())});
  return out;
}

std::string text_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr ? std::string() : std::string(value->as_string());
}

GenerativeReply generative_in(const json::object& object) {
  return {numbers_in(object.at("scores")), text_at(object, "fallback"), text_at(object, "reason")};
}

HookResults hooks_in(const json::object& object) {
  HookResults hooks;
  if (const auto* rewards = object.if_contains("rewards")) hooks.rewards = numbers_in(*rewards);
  if (const auto* rewards = object.if_contains("learning_rewards")) hooks.learning_rewards = numbers_in(*rewards);
  if (const auto* errors = object.if_contains("errors")) hooks.errors = texts_in(*errors);
  if (const auto* added = object.if_contains("added")) {
    for (const auto& members : added->as_array()) hooks.added.push_back(members.as_object());
  }
  hooks.post_error = text_at(object, "post_error");
  return hooks;
}

void read(const json::object& object, Gathered& out) {
  if (const auto* features = object.if_contains("features")) out.features = features->as_object();
  if (const auto* fallbacks = object.if_contains("fallbacks")) {
    for (const auto& index : fallbacks->as_array()) out.fallbacks.push_back(index.to_number<std::uint32_t>());
  }
  if (const auto* context = object.if_contains("context")) {
    out.context = {std::string(context->as_array().at(0).as_string()),
                   std::string(context->as_array().at(1).as_string())};
  }
  if (const auto* offers = object.if_contains("eligible_offers")) out.eligible_offers = texts_in(*offers);
  if (const auto* epsilon = object.if_contains("epsilon")) out.epsilon = epsilon->to_number<double>();
  if (const auto* list = object.if_contains("whitelist")) {
    out.whitelist = CustomerList{texts_in(list->at("offers")), list->at("only").as_bool()};
  }
  if (const auto* reply = object.if_contains("generative")) out.generative = generative_in(reply->as_object());
  if (const auto* hooks = object.if_contains("hooks")) out.hooks = hooks_in(hooks->as_object());
  if (const auto* row = object.if_contains("personality")) out.personality = *row;
  if (const auto* left_out = object.if_contains("left_out")) out.left_out = left_out_in(left_out->as_array());
  out.tracking = text_at(object, "tracking");
}

}  // namespace

std::string gathered_text(const Gathered& gathered) {
  json::object out;
  if (!gathered.features.empty()) out["features"] = gathered.features;
  if (!gathered.fallbacks.empty()) {
    out["fallbacks"] = json::array(gathered.fallbacks.begin(), gathered.fallbacks.end());
  }
  out["context"] = {gathered.context.one, gathered.context.two};
  if (!gathered.tracking.empty()) out["tracking"] = gathered.tracking;
  if (!gathered.eligible_offers.empty()) out["eligible_offers"] = texts(gathered.eligible_offers);
  if (gathered.epsilon) out["epsilon"] = *gathered.epsilon;
  if (gathered.whitelist) out["whitelist"] = render(*gathered.whitelist);
  if (gathered.generative) out["generative"] = render(*gathered.generative);
  if (gathered.hooks) out["hooks"] = render(*gathered.hooks);
  if (!gathered.personality.is_null()) out["personality"] = gathered.personality;
  if (gathered.left_out) out["left_out"] = render(*gathered.left_out);
  return document::json_text(out);
}

base::Result<Gathered> parse_gathered(std::string_view text) {
  Gathered gathered;
  if (text == "{}") return gathered;
  TRY(const auto value, document::parse_json(text, "gathered", 2 * base::limits::json_depth));
  try {
    read(value.as_object(), gathered);
  } catch (const std::exception& error) {  // a member is missing or of another type
    return base::fail(base::ErrorKind::internal,
                      std::string("what a decision gathered cannot be read: ") + error.what());
  }
  return gathered;
}

}  // namespace proffer::service
