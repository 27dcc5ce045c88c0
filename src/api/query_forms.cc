#include "api/query_forms.h"

#include "api/invocations.h"
#include "api/responses.h"
#include "document/json.h"

namespace proffer::api {
namespace {

constexpr std::string_view fields[] = {"campaign", "subcampaign",  "channel", "customer",
                                       "userid",   "numberoffers", "params"};

std::string body_of_query(const http::Request& request) {
  boost::json::object body;
  for (const auto name : fields) {
    const auto* value = request.query_value(name);
    if (value != nullptr && !value->empty()) body[name] = *value;
  }
  return document::json_text(body);
}

Call with_document(Call call) {
  if (const auto* document = call.request.query_value("document")) call.request.body = *document;
  return call;
}

}  // namespace

void offer_recommendations(Services& services, Call call, http::Respond respond) {
  call.request.body = body_of_query(call.request);
  invocations(services, std::move(call), std::move(respond));
}

void accept_recommendations(Services& services, Call call, http::Respond respond) {
  response(services, with_document(std::move(call)), std::move(respond));
}

void accept_recommendations_result(Services& services, Call call, http::Respond respond) {
  response_result(services, with_document(std::move(call)), std::move(respond));
}

}  // namespace proffer::api
