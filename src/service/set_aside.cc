#include "service/set_aside.h"

#include <future>

#include "base/limits.h"
#include "base/log.h"
#include "base/sha256.h"
#include "base/time_text.h"
#include "document/json.h"
#include "service/collections.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

base::Result<base::Status> recorded(Respond& respond, const RespondRequest& request) {
  std::promise<base::Status> done;
  respond.run(request, [&done](const base::Result<Responded>& responded) {
    done.set_value(responded ? base::Status{} : base::Status(tl::unexpected(responded.error())));
  });
  return done.get_future().get();
}

}  // namespace

std::string note_of(const RespondRequest& request, base::Time now) {
  json::object note{{"time", now.time_since_epoch().count()},
                    {"project", request.project},
                    {"uuid", request.decision.to_string()},
                    {"offers", json::value_from(request.offers)},
                    {"transaction_id", request.transaction_id}};
  if (request.channel) note["channel"] = *request.channel;
  if (request.call) {
    note["call"] = {{"route", request.call->route},
                    {"key", request.call->key},
                    {"body_hash", std::to_string(request.call->body_hash)}};
  }
  return document::json_text(note);
}

base::Result<RespondRequest> request_of(std::string_view text) {
  TRY(const auto value, document::parse_json(text));
  const auto* note = value.if_object();
  const auto uuid = note == nullptr ? std::nullopt : base::parse_uuid(document::text_member(*note, "uuid"));
  if (!uuid) return base::fail(base::ErrorKind::internal, "an outcome that was set aside is damaged");
  RespondRequest request;
  request.project = document::text_member(*note, "project");
  request.decision = *uuid;
  for (const auto& offer : note->at("offers").as_array()) request.offers.emplace_back(offer.as_string());
  request.transaction_id = document::text_member(*note, "transaction_id");
  if (note->contains("channel")) request.channel = document::text_member(*note, "channel");
  if (const auto* call = note->if_contains("call")) {
    const auto& members = call->as_object();
    request.call = {document::text_member(members, "route"), document::text_member(members, "key"),
                    std::stoull(document::text_member(members, "body_hash"))};
  }
  return request;
}

SetAside::SetAside(const Ports& ports, Respond& respond, base::Metrics& metrics)
    : ports_(ports),
      respond_(respond),
      dead_letters_(metrics.counter("proffer_dead_letters_total",
                                    "Outcomes taken without the database that turned out to belong to no decision")) {}

void SetAside::run() {
  const auto done = ports_.log.visit_aside([this](std::string_view note) { return record(note); });
  if (!done) base::log::warn("outcomes that were set aside wait: {}", done.error().message);
}

base::Status SetAside::record(std::string_view note) {
  auto request = request_of(note);
  if (!request) return bury(note, request.error().message);
  if (request->call) {  // the caller may have asked another node meanwhile
    TRY(const auto earlier, ports_.log.find_call(request->call->route, request->call->key,
                                                 ports_.clock.now() - base::limits::idempotency_lifetime));
    if (earlier) return {};
  }
  TRY(auto status, recorded(respond_, *request));
  if (status) return {};
  const auto kind = status.error().kind;
  if (kind != base::ErrorKind::not_found && kind != base::ErrorKind::invalid) return status;
  TRY(const bool may_come, is_awaited(note));
  return may_come ? status : bury(note, status.error().message);
}

// The decision may be one of a node that went on alone and has not come back yet.
base::Result<bool> SetAside::is_awaited(std::string_view note) const {
  TRY(const auto value, document::parse_json(note));
  const base::Time came{base::Micros{value.at("time").to_number<base::Micros::rep>()}};
  TRY(const auto complete, ports_.log.complete_up_to());
  return complete <= came && ports_.clock.now() - came < base::limits::set_aside_for;
}

base::Status SetAside::bury(std::string_view note, const std::string& why) {
  store::Document letter{{"_id", base::sha256_hex(note)},
                         {"outcome", std::string(note)},
                         {"why", why},
                         {"date", base::TimeZone{}.format(ports_.clock.now())}};
  TRY_DO(ports_.documents.put(collections::dead_letters, std::move(letter)));
  dead_letters_.add();
  base::log::warn("an outcome that was set aside is a dead letter: {}", why);
  return {};
}

}  // namespace proffer::service
