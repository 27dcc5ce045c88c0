// The first step of a decision: what must be known of the customer and the moment, through ports. Outside of any lock.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "service/definition.h"
#include "service/gathered.h"
#include "service/ports.h"

namespace proffer::service {

struct DecideRequest;

// Whether decisions of this campaign use anything beside the request and the log. If not, records need not tell.
bool gathers(const Definition& definition);

// What the request alone says.
Gathered gathered_from_request(const DecideRequest& request, const Definition& definition);

// Where chat models are asked; without a url none is, and the fallback of the campaign decides.
struct ChatEndpoint {
  std::string url;  // up to /chat/completions
  std::string key;
  std::string model;
  std::chrono::milliseconds timeout{3000};
};

class Gather {
 public:
  Gather(const Ports& ports, ChatEndpoint chat) : ports_(ports), chat_(std::move(chat)) {}

  // Whether run() waits for another server.
  bool waits(const Definition& definition) const;

  base::Result<Gathered> run(const Definition& definition, const DecideRequest& request);

 private:
  base::Status look_up(const Definition& definition, const DecideRequest& request, Gathered& gathered);

  Ports ports_;
  ChatEndpoint chat_;
};

}  // namespace proffer::service
