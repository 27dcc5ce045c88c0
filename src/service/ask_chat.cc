#include "service/ask_chat.h"

#include "document/json.h"

namespace proffer::service {
namespace {

constexpr int ok = 200;

OutgoingRequest request_for(const ChatEndpoint& endpoint, const boost::json::object& body) {
  OutgoingRequest request;
  request.url = endpoint.url;
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  if (!endpoint.key.empty()) request.headers.emplace_back("Authorization", "Bearer " + endpoint.key);
  request.body = document::json_text(body);
  request.timeout = endpoint.timeout;
  return request;
}

base::Result<std::map<std::string, double>> scores_from(Outgoing& outgoing, const ChatEndpoint& endpoint,
                                                        const Definition& definition, const Gathered& gathered,
                                                        const PromptHistory& history) {
  if (endpoint.url.empty()) return base::fail(base::ErrorKind::remote, "the server has no chat endpoint");
  const auto body = chat_request(definition, gathered, history, endpoint.model);
  TRY(const auto answer, outgoing.send(request_for(endpoint, body)));
  if (answer.status != ok) {
    return base::fail(base::ErrorKind::remote, "the chat endpoint answered " + std::to_string(answer.status));
  }
  return parse_chat_answer(definition, answer.body);
}

}  // namespace

GenerativeReply ask_chat(Outgoing& outgoing, const ChatEndpoint& endpoint, const Definition& definition,
                         const Gathered& gathered, const PromptHistory& history) {
  auto scores = scores_from(outgoing, endpoint, definition, gathered, history);
  if (scores) return {std::move(*scores), "", ""};
  return {{}, definition.campaign.settings.generative.fallback, scores.error().message};
}

}  // namespace proffer::service
