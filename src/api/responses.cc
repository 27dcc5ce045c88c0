#include "api/responses.h"

#include <fmt/format.h>

#include "api/problem.h"
#include "api/request_fields.h"
#include "base/limits.h"
#include "document/object_writer.h"
#include "service/result_text.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

constexpr std::string_view offer_members[] = {"offer_name", "offer_id", "offer"};

using Render = std::string (*)(const service::Responded&);

// The offer that an element of offers_accepted names: a bare string or an object.
std::optional<std::string> offer_of(const json::value& element) {
  if (element.is_string()) return std::string(element.get_string());
  if (!element.is_object()) return std::nullopt;
  for (const auto name : offer_members) {
    const auto* value = element.get_object().if_contains(name);
    if (value != nullptr && value->is_string()) return std::string(value->get_string());
  }
  return std::nullopt;
}

void read_accepted(const json::value& accepted, std::vector<std::string>& offers, document::Violations& violations) {
  if (!accepted.is_array()) return violations.add("body.offers_accepted", "expected an array of offers", accepted);
  for (std::size_t i = 0; i < accepted.get_array().size(); ++i) {
    const auto& element = accepted.get_array()[i];
    if (auto offer = offer_of(element)) {
      offers.push_back(std::move(*offer));
    } else {
      violations.add(fmt::format("body.offers_accepted[{}]", i),
                     "expected an offer's name, or an object with offer_name", element);
    }
  }
}

// final_result of an answer: everything in it was accepted.
void read_final_result(const json::value& results, std::vector<std::string>& offers, document::Violations& violations) {
  if (!results.is_array()) return violations.add("body.final_result", "expected an array of results", results);
  for (std::size_t i = 0; i < results.get_array().size(); ++i) {
    const auto& element = results.get_array()[i];
    const auto* result = element.is_object() ? element.get_object().if_contains("result") : nullptr;
    auto offer = result != nullptr ? offer_of(*result) : std::nullopt;
    if (offer) {
      offers.push_back(std::move(*offer));
    } else {
      violations.add(fmt::format("body.final_result[{}]", i), "expected an object with result.offer", element);
    }
  }
}

// final_result_0_result_offer and its like. Whether there was one.
bool read_flattened(const json::object& body, std::vector<std::string>& offers) {
  bool found = false;
  for (std::size_t i = 0; i < base::limits::offers_asked; ++i) {
    const auto* offer = body.if_contains(fmt::format("final_result_{}_result_offer", i));
    if (offer == nullptr) offer = body.if_contains(fmt::format("final_result_{}_result_offer_name", i));
    if (offer == nullptr || !offer->is_string()) break;
    offers.emplace_back(offer->get_string());
    found = true;
  }
  return found;
}

void read_offers(const json::object& body, std::vector<std::string>& offers, document::Violations& violations) {
  if (const auto* accepted = body.if_contains("offers_accepted")) return read_accepted(*accepted, offers, violations);
  if (const auto* results = body.if_contains("final_result")) return read_final_result(*results, offers, violations);
  if (read_flattened(body, offers)) return;
  violations.add("body.offers_accepted", "required: the offers that were accepted");
}

void append_accepted(std::string& out, const service::Responded& responded) {
  out += '[';
  for (std::size_t i = 0; i < responded.places.size(); ++i) {
    if (i > 0) out += ',';
    service::append_result(out, std::get<decision::DecisionRecord>(responded.decision.record), responded.places[i],
                           *responded.definition);
  }
  out += ']';
}

std::string success(const service::Responded& responded) {
  std::string text;
  {
    document::ObjectWriter out(text);
    out.text("message", "Success");
    append_accepted(out.member("final_result"), responded);
  }
  return text;
}

std::string message_uuid(const service::Responded& responded) {
  const auto& uuid = std::get<decision::DecisionRecord>(responded.decision.record).uuid;
  return "{\"message\":\"" + uuid.to_string() + "\"}";
}

// Whether it belongs to a decision is seen when the database is back.
constexpr const char* set_aside_text = R"({"message":"Accepted","final_result":[]})";

http::Response refusal(const base::Error& error) {
  if (error.kind != base::ErrorKind::not_found) return problem(error, true);
  return problem({error.kind, "Error: UUID not found.", error.fields}, true);
}

base::Status begin_call(Services& services, const Call& call, service::RespondRequest& request, bool& repeated) {
  TRY(auto key, call_key(call, "/response"));
  if (!key) return {};
  TRY(const auto first, services.calls.begin(*key));
  repeated = first.has_value();
  if (!repeated) request.call = std::move(key);
  return {};
}

void run(Services& services, const Call& call, const http::Respond& respond, Render render) {
  auto request = parse_response(call.request.body);
  if (!request) return respond(refusal(request.error()));
  request->project = call.project();
  bool repeated = false;
  if (auto status = begin_call(services, call, *request, repeated); !status) return respond(refusal(status.error()));
  // A repeat is answered as the first call was: nothing new to record, so the same places of the same decision.
  services.respond.run(*request, [&services, respond, render, repeated,
                                  key = request->call](base::Result<service::Responded> responded) {
    if (key) services.calls.finish(*key);
    if (!responded) return respond(refusal(responded.error()));
    if (responded->set_aside) return respond(json_response(set_aside_text, 202));
    auto answer = json_response(render(*responded));
    if (repeated) answer.headers.emplace_back("Idempotent-Replayed", "true");
    respond(std::move(answer));
  });
}

}  // namespace

base::Result<service::RespondRequest> parse_response(std::string_view body) {
  TRY(const auto object, object_body(body));
  RequestFields fields(object);
  service::RespondRequest request;
  const auto uuid = fields.text({"uuid"}, base::limits::text_field_bytes);
  if (!uuid) fields.violations().add("body.uuid", "required: the uuid of the decision");
  request.channel = fields.text({"channel_name", "channel"}, base::limits::text_field_bytes);
  request.transaction_id = fields.text({"transaction_id"}, base::limits::text_field_bytes).value_or("");
  read_offers(object, request.offers, fields.violations());
  TRY_DO(fields.status());
  const auto parsed = base::parse_uuid(*uuid);
  if (!parsed) return base::fail(base::ErrorKind::not_found, "UUID not found.");  // none of ours looks like that
  request.decision = *parsed;
  return request;
}

void response(Services& services, Call call, http::Respond respond) { run(services, call, respond, success); }

void response_result(Services& services, Call call, http::Respond respond) {
  run(services, call, respond, message_uuid);
}

}  // namespace proffer::api
