// The first step of a decision: what must be known of the customer and the moment, through ports. Outside of any lock.
#pragma once

#include "base/result.h"
#include "service/ask_chat.h"
#include "service/definition.h"
#include "service/gathered.h"
#include "service/live_campaign.h"
#include "service/ports.h"

namespace proffer::service {

struct DecideRequest;

// Whether decisions of this campaign use anything beside the request and the log. If not, records need not tell.
bool gathers(const Definition& definition);

// What the request alone says.
Gathered gathered_from_request(const DecideRequest& request, const Definition& definition);

class Gather {
 public:
  Gather(const Ports& ports, ChatEndpoint chat) : ports_(ports), chat_(std::move(chat)) {}

  // Whether run() or ask() waits for another server.
  bool waits(const Definition& definition) const;

  base::Result<Gathered> run(const Definition& definition, const DecideRequest& request);

  // Asks a chat model where the algorithm does, after the hooks: they may have changed what it is told. `live` is the
  // campaign of this definition; what its arms hold is part of what is asked.
  void ask(LiveCampaign& live, const Definition& definition, Gathered& gathered);

 private:
  base::Status look_up(const Definition& definition, const DecideRequest& request, Gathered& gathered);

  Ports ports_;
  ChatEndpoint chat_;
};

}  // namespace proffer::service
