#include "api/invocations.h"

#include <future>

#include "api/answer.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/request_fields.h"
#include "base/limits.h"
#include "base/log.h"
#include "document/json.h"
#include "service/parameters.h"

namespace proffer::api {
namespace {

constexpr std::string_view route_name = "/invocations";

// Why the campaign did not answer, though its decision is in the log; nothing where it did.
std::optional<base::Error> failure_of(const decision::DecisionRecord& record, const service::Definition& definition) {
  if (!record.shown.empty() || record.gathered.find("\"post_error\"") == std::string::npos) return std::nullopt;
  const auto gathered = service::parse_gathered(record.gathered);
  if (!gathered || !gathered->hooks || gathered->hooks->post_error.empty()) return std::nullopt;
  return service::failed_by_hook(definition, gathered->hooks->post_error);
}

// The answer to a repeated call, made again from the record of the first.
base::Result<http::Response> answer_again(Services& services, const decision::LogEntry& entry) {
  const auto* record = std::get_if<decision::DecisionRecord>(&entry.record);
  if (record == nullptr) return base::fail(base::ErrorKind::internal, "the key belongs to a record of another kind");
  TRY(const auto definition,
      services.campaigns.definition_at(services.ports.documents, record->campaign, record->campaign_version));
  const auto failed = failure_of(*record, *definition);
  auto response = failed ? problem(*failed, true) : json_response(answer_text(*record, entry.time, *definition));
  response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

void respond_with(const http::Respond& respond, base::Result<http::Response> result) {
  respond(result ? std::move(*result) : problem(result.error(), true));
}

// The answer is written while the record is on its way; it leaves when the record is committed.
http::Response answer_of(const service::Decided& decided) {
  if (decided.failed) return problem(*decided.failed, true);
  try {
    return json_response(answer_text(decided.record, decided.time, *decided.definition));
  } catch (const std::exception& error) {  // a defect, which must not keep the record from the log
    base::log::error("decision {}: no answer could be written: {}", decided.record.uuid.to_string(), error.what());
    return problem({base::ErrorKind::internal, "the decision was made, but its answer could not be written", {}}, true);
  }
}

// Every later record waits for the place of this one, so nothing here may fail; without memory the process ends.
void record_and_answer(Services& services, service::Decided&& decided, std::optional<decision::CallKey>&& call,
                       http::Respond&& respond) noexcept {
  auto answer = answer_of(decided);
  services.decide.record(std::move(decided), [&services, call = std::move(call), respond = std::move(respond),
                                              answer = std::move(answer)](const base::Status& status) mutable {
    if (call) services.calls.finish(*call);
    respond(status ? std::move(answer) : problem(status.error(), true));
  });
}

void decide_now(Services& services, service::DecideRequest&& request, http::Respond&& respond) {
  auto call = request.call;
  auto decided = services.decide.decide(std::move(request));
  if (!decided) {
    if (call) services.calls.finish(*call);
    return respond(problem(decided.error(), true));
  }
  record_and_answer(services, std::move(*decided), std::move(call), std::move(respond));
}

// Where the decision waits for another server, on a thread that may.
void decide_and_answer(Services& services, service::DecideRequest&& request, http::Respond&& respond) {
  if (!services.run_outside || !services.decide.waits(request)) {
    return decide_now(services, std::move(request), std::move(respond));
  }
  auto call = request.call;
  const bool taken = services.run_outside([&services, request = std::move(request), respond]() mutable {
    decide_now(services, std::move(request), std::move(respond));
  });
  if (taken) return;
  if (call) services.calls.finish(*call);
  respond(problem({base::ErrorKind::unavailable, "too many decisions wait for other servers", {}}, true));
}

}  // namespace

base::Result<service::DecideRequest> parse_invocation(std::string_view body) {
  TRY(const auto object, object_body(body));
  RequestFields fields(object);
  service::DecideRequest request;
  constexpr auto longest = base::limits::text_field_bytes;
  request.campaign = fields.text({"campaign"}, longest);
  request.subcampaign = fields.text({"subcampaign", "sub-campaign"}, longest);
  request.channel = fields.text({"channel"}, longest).value_or(request.channel);
  request.customer = fields.text({"customer"}, base::limits::customer_bytes).value_or(request.customer);
  request.userid = fields.text({"userid"}, longest).value_or(request.userid);
  const auto asked = fields.integer({"numberoffers", "responses"}, 1, base::limits::offers_asked);
  request.asked = static_cast<std::uint32_t>(asked.value_or(1));
  request.dry_run = fields.flag("dry_run");
  request.explain = fields.flag("explain");
  auto params = merged_parameters(object, fields.violations());
  if (const auto read = service::read_parameters(params, request); !read) fields.add(read.error());
  TRY_DO(fields.status());
  request.in_params.clear();
  document::append_json(request.in_params, params);
  request.params = std::move(params);
  return request;
}

http::Response invoke_and_wait(Services& services, const std::string& project, std::string_view body) {
  auto request = parse_invocation(body);
  if (!request) return problem(request.error(), true);
  request->project = project;
  std::promise<http::Response> answer;
  decide_now(services, std::move(*request),
             [&answer](http::Response response) { answer.set_value(std::move(response)); });
  return answer.get_future().get();
}

void invocations(Services& services, Call call, http::Respond respond) {
  auto request = parse_invocation(call.request.body);
  if (!request) return respond(problem(request.error(), true));
  request->project = call.project();
  auto key = call_key(call, route_name);
  if (!key) return respond(problem(key.error(), true));
  if (*key && !request->dry_run) {
    request->call = std::move(*key);
    auto first = services.calls.begin(*request->call);
    if (!first) return respond(problem(first.error(), true));
    if (*first) return respond_with(respond, answer_again(services, **first));
  }
  decide_and_answer(services, std::move(*request), std::move(respond));
}

}  // namespace proffer::api
