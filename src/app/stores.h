// Where everything is kept, as the options say: the embedded store, or a MongoDB that several nodes share.
#pragma once

#include <memory>

#include "app/options.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "store/decision_log.h"
#include "store/document_store.h"
#include "store/leases.h"

namespace proffer::app {

class Stores {
 public:
  // Takes the data directory, which one process owns at a time. Errors are one line each.
  static base::Result<std::unique_ptr<Stores>> open(const Options& options, const base::Clock& clock);
  virtual ~Stores() = default;  // commits what was appended

  virtual store::DocumentStore& documents() = 0;
  virtual store::DecisionLog& log() = 0;
  virtual store::Leases* leases() { return nullptr; }  // null: there are no other nodes
  virtual std::size_t bytes() const = 0;               // of the store, as far as it is known
  virtual std::size_t spooled_bytes() const { return 0; }
  // Counts the log's commits. Call before the log is used; the counter must outlive the stores.
  virtual void count_commits(base::Counter& commits) = 0;
};

}  // namespace proffer::app
