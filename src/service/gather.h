// The first step of a decision: what must be known of the customer and the moment, through ports. Outside of any lock.
#pragma once

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

class Gather {
 public:
  explicit Gather(const Ports& ports) : ports_(ports) {}

  base::Result<Gathered> run(const Definition& definition, const DecideRequest& request);

 private:
  Ports ports_;
};

}  // namespace proffer::service
