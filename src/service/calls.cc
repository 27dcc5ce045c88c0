#include "service/calls.h"

#include "base/limits.h"

namespace proffer::service {
namespace {

// The key of the call that caused a record, if that had one.
const decision::CallKey* call_of(const decision::Record& record) {
  const auto key = [](const std::optional<decision::CallKey>& call) { return call ? &*call : nullptr; };
  if (const auto* decision = std::get_if<decision::DecisionRecord>(&record)) return key(decision->call);
  if (const auto* outcome = std::get_if<decision::OutcomeRecord>(&record)) return key(outcome->call);
  if (const auto* definition = std::get_if<decision::DefinitionRecord>(&record)) return key(definition->call);
  return nullptr;
}

}  // namespace

base::Result<std::optional<decision::LogEntry>> Calls::begin(const decision::CallKey& call) {
  {
    const std::lock_guard lock(mutex_);
    if (!running_.emplace(call.route, call.key).second) {
      return base::fail(base::ErrorKind::conflict, "the first call with this Idempotency-Key still runs: try again");
    }
  }
  auto found = ports_.log.find_call(call.route, call.key, ports_.clock.now() - base::limits::idempotency_lifetime);
  if (!found || !*found) {
    if (!found) finish(call);
    return found;
  }
  finish(call);
  const auto* first = call_of((*found)->record);
  if (first == nullptr || first->body_hash != call.body_hash) {
    return base::fail_field("header.Idempotency-Key", "this key came with another body before", '"' + call.key + '"');
  }
  return found;
}

void Calls::finish(const decision::CallKey& call) {
  const std::lock_guard lock(mutex_);
  running_.erase({call.route, call.key});
}

}  // namespace proffer::service
