// Calls with an Idempotency-Key: what ran once is not run again, and a repeat gets the same answer (for 24 hours).
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/result.h"
#include "decision/record.h"
#include "service/ports.h"

namespace proffer::service {

class Calls {
 public:
  explicit Calls(const Ports& ports) : ports_(ports) {}

  // Marks the key as running. Nothing: go on, and call finish() when the record is committed or nothing will be
  // recorded. An entry: the record of the first call, from which the answer is to be made again. `invalid`: the key
  // came with another body before. `conflict`: the first call still runs.
  base::Result<std::optional<decision::LogEntry>> begin(const decision::CallKey& call);
  void finish(const decision::CallKey& call);

 private:
  Ports ports_;
  std::mutex mutex_;
  std::set<std::pair<std::string, std::string>> running_;
};

}  // namespace proffer::service
