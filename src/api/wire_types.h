// The bodies of the API as the OpenAPI document shows them. Requests of the original's routes are read more leniently
// than their types here say (api/request_fields.h); answers are written straight from records (service/result_text.h).
#pragma once

#include <array>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "document/describe.h"

namespace proffer::api {

struct Invocation {
  std::optional<std::string> campaign;
  std::optional<std::string> subcampaign;
  std::string channel = "api";
  std::string customer = "none";
  std::int64_t numberoffers = 1;
  std::string userid = "api";
  boost::json::value params = boost::json::object{};
  boost::json::value in_params = boost::json::object{};
  boost::json::value in_param = boost::json::object{};
  bool dry_run = false;
};
BOOST_DESCRIBE_STRUCT(Invocation, (),
                      (campaign, subcampaign, channel, customer, numberoffers, userid, params, in_params, in_param,
                       dry_run))

struct ResultObject {
  std::string contextual_variable_two;
  double cost = 1;
  double learning_reward = 1;
  std::string contextual_variable_one;
  std::string uuid;
  double modified_offer_score = 0;
  std::string offer_name;
  std::string offer;
  double score = 0;
  double final_score = 0;
  double price = 1;
  double offer_value = 1;
  double arm_reward = 0;
  std::optional<double> slot_propensity;
  std::optional<double> slate_propensity;
};
BOOST_DESCRIBE_STRUCT(ResultObject, (),
                      (contextual_variable_two, cost, learning_reward, contextual_variable_one, uuid,
                       modified_offer_score, offer_name, offer, score, final_score, price, offer_value, arm_reward,
                       slot_propensity, slate_propensity))

struct RankedOffer {
  ResultObject result;
  boost::json::object result_full;
  std::int64_t rank = 1;
};
BOOST_DESCRIBE_STRUCT(RankedOffer, (), (result, result_full, rank))

struct PropensityNote {
  std::string method = "quadrature";
  std::int64_t draws = 0;
};
BOOST_DESCRIBE_STRUCT(PropensityNote, (), (method, draws))

struct InvocationAnswer {
  std::int64_t cache = 0;
  std::string datetime;
  std::int64_t explore = 0;
  std::vector<RankedOffer> final_result;
  std::string id;
  std::string uuid;
  boost::json::object in_params;
  PropensityNote propensity;
};
BOOST_DESCRIBE_STRUCT(InvocationAnswer, (), (cache, datetime, explore, final_result, id, uuid, in_params, propensity))

struct ResponseBody {
  std::string uuid;
  std::vector<boost::json::value> offers_accepted;
  std::optional<std::string> channel_name;
  std::optional<std::string> channel;
  std::optional<std::string> transaction_id;
};
BOOST_DESCRIBE_STRUCT(ResponseBody, (), (uuid, offers_accepted, channel_name, channel, transaction_id))

struct ResponseAnswer {
  std::string message = "Success";
  std::vector<ResultObject> final_result;
};
BOOST_DESCRIBE_STRUCT(ResponseAnswer, (), (message, final_result))

struct NewKey {
  std::string name;
  std::string role = "decide";
  std::string project = "default";
};
BOOST_DESCRIBE_STRUCT(NewKey, (), (name, role, project))

struct NewToken {
  std::string name;
  std::uint32_t days = 0;
  std::optional<std::string> project;
};
BOOST_DESCRIBE_STRUCT(NewToken, (), (name, days, project))

struct NewUser {
  std::string email;
  std::string password;
  std::string role = "manage";
  std::optional<std::string> project;
};
BOOST_DESCRIBE_STRUCT(NewUser, (), (email, password, role, project))

inline constexpr std::array<std::string_view, 3> role_names{"decide", "manage", "admin"};

}  // namespace proffer::api

namespace proffer::document {

template <>
struct Docs<api::Invocation> {
  static constexpr std::string_view title = "Invocation";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"campaign", "Which campaign answers; may be left out when there is one."},
      {"subcampaign", "Logged with the decision; `sub-campaign` is read too. The campaign's name when absent."},
      {"channel", "Where the offers will be shown."},
      {"customer", "Whom the decision is for; a number is read too.", {.number_accepted = true}},
      {"numberoffers",
       "How many offers are wanted; text is read too, and the name `responses`.",
       {.text_accepted = true, .minimum = 1, .maximum = double(base::limits::offers_asked)}},
      {"userid", "The application that asks."},
      {"params", "Parameters: an object, its JSON text, percent-encoded text, or a JSON string that holds JSON text."},
      {"in_params", "More parameters; on the same key `params` wins."},
      {"in_param", "More parameters; on the same key `in_params` wins."},
      {"dry_run", "Decide and explain, but log and learn nothing."},
  });
};

template <>
struct Docs<api::ResultObject> {
  static constexpr std::string_view title = "Result";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"contextual_variable_two", "The context of the option that was shown; blank: any."},
      {"cost", "Cost of the offer; 1 when none was given."},
      {"learning_reward", "Weight of this contact in learning."},
      {"contextual_variable_one", "The context of the option that was shown; blank: any."},
      {"uuid", "Of the decision."},
      {"modified_offer_score",
       "The expected margin where the campaign has an offer matrix or ranks by it, else arm_reward."},
      {"offer_name", "The offer."},
      {"offer", "The offer."},
      {"score", "What the algorithm gave: for Thompson sampling its draw."},
      {"final_score", "The score."},
      {"price", "Price of the offer; 1 when none was given."},
      {"offer_value", "Value of the offer; 1 when none was given."},
      {"arm_reward", "The score by which the slate is sorted."},
      {"slot_propensity", "P(this offer in this place), after all constraints and both epsilons."},
      {"slate_propensity", "P(this offer anywhere in the slate)."},
  });
};

template <>
struct Docs<api::RankedOffer> {
  static constexpr std::string_view title = "RankedOffer";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"result", "The offer."},
      {"result_full", "Everything known about it: posterior alpha and beta, observed take-up (`propensity`) and more."},
      {"rank", "Its place, from 1."},
  });
};

template <>
struct Docs<api::PropensityNote> {
  static constexpr std::string_view title = "PropensityNote";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"method", "closed_form, quadrature, draws, or none when propensities are switched off."},
      {"draws", "How many draws were counted; 0 when the propensities are exact."},
  });
};

template <>
struct Docs<api::InvocationAnswer> {
  static constexpr std::string_view title = "InvocationAnswer";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"cache", "1: an earlier answer was given again."},
      {"datetime", "When it was decided, in the campaign's time zone."},
      {"explore", "1: the deployment epsilon was hit and the slate is uniformly random."},
      {"final_result", "The ranked offers."},
      {"id", "The campaign."},
      {"uuid", "Of the decision: what /response wants."},
      {"in_params", "The merged parameters."},
      {"propensity", "How the propensities were found."},
  });
};

template <>
struct Docs<api::ResponseBody> {
  static constexpr std::string_view title = "Response";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"uuid", "Of the decision.", {.required = true}},
      {"offers_accepted", "What was accepted: names, or objects with offer_name, offer_id or offer."},
      {"channel_name", "Where it was accepted; the decision's channel when absent."},
      {"channel", "The same."},
      {"transaction_id", "Logged with the outcome."},
  });
};

template <>
struct Docs<api::ResponseAnswer> {
  static constexpr std::string_view title = "ResponseAnswer";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"message", "Success."},
      {"final_result", "The accepted results."},
  });
};

template <>
struct Docs<api::NewKey> {
  static constexpr std::string_view title = "NewKey";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"name", "What the key is for."},
      {"role", "decide, manage or admin; each may do what those before it may."},
      {"project", "The project it works in; that of the caller when absent."},
  });
};

template <>
struct Docs<api::NewToken> {
  static constexpr std::string_view title = "NewToken";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"name", "What the token is for.", {.required = true, .max_bytes = base::limits::text_field_bytes}},
      {"days", "Days until it expires.", {.required = true, .minimum = 1, .maximum = double(base::limits::token_days)}},
      {"project", "The project it works in; that of the caller when absent."},
  });
};

template <>
struct Docs<api::NewUser> {
  static constexpr std::string_view title = "NewUser";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"email", "Whom it is; names the user in all projects.", {.required = true}},
      {"password", "8 to 1000 bytes; only a slow hash of it is kept.", {.required = true}},
      {"role", "decide, manage or admin; each may do what those before it may.", {.allowed = api::role_names}},
      {"project", "The project the user works in; that of the caller when absent."},
  });
};

}  // namespace proffer::document
