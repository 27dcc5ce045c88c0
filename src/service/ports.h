// What every use case may reach: the stores, time, chance and other servers.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "service/hooks.h"
#include "service/outgoing.h"
#include "service/table_source.h"
#include "store/decision_log.h"
#include "store/document_store.h"
#include "store/leases.h"

namespace proffer::service {

struct Ports {
  store::DocumentStore& documents;
  store::DecisionLog& log;
  const base::Clock& clock;
  base::Entropy& entropy;
  Outgoing& outgoing;
  HookEngine* hooks = nullptr;      // null in a build without Lua
  store::Leases* leases = nullptr;  // null where no other node uses the stores
  TableSource* tables = nullptr;    // null where no other database is configured
};

}  // namespace proffer::service
