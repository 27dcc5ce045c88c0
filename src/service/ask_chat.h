// Asks a chat endpoint in OpenAI's manner what it thinks of the offers of a decision.
#pragma once

#include <chrono>
#include <string>

#include "service/generative.h"
#include "service/outgoing.h"

namespace proffer::service {

// Where chat models are asked; without a url none is, and the fallback of the campaign decides.
struct ChatEndpoint {
  std::string url;  // up to /chat/completions
  std::string key;
  std::string model;
  std::chrono::milliseconds timeout{3000};
};

// The model's scores; or, whatever went wrong, the campaign's fallback and the reason. Blocks for up to the timeout.
GenerativeReply ask_chat(Outgoing& outgoing, const ChatEndpoint& endpoint, const Definition& definition,
                         const Gathered& gathered, const PromptHistory& history);

}  // namespace proffer::service
