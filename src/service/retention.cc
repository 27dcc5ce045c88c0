#include "service/retention.h"

#include "base/log.h"

namespace proffer::service {

Retention::Retention(const Ports& ports, Campaigns& campaigns, Learning& learning, base::Metrics& metrics,
                     std::chrono::days keep)
    : ports_(ports),
      campaigns_(campaigns),
      learning_(learning),
      prunings_(metrics.counter("proffer_log_prunings_total", "Times that the log was pruned behind baselines")),
      keep_(keep) {}

base::Status Retention::step() {
  if (keep_.count() == 0) return {};
  if (!pruning_) {
    TRY(const bool due, is_due());
    return due ? begin() : base::Status{};
  }
  TRY(const bool more, ports_.log.prune(*pruning_));
  if (more) return {};
  pruning_.reset();
  base::log::info("the log was pruned");
  return {};
}

base::Result<bool> Retention::is_due() {
  TRY(const auto oldest, ports_.log.oldest());
  return oldest && *oldest < ports_.clock.now() - keep_ - std::chrono::days{1};
}

// No record goes before what all campaigns had learned from it is in the log.
base::Status Retention::begin() {
  TRY(const auto up_to, ports_.log.before(ports_.clock.now() - keep_));
  if (up_to.empty()) return {};
  const std::lock_guard changing(campaigns_.changing());
  for (const auto& live : campaigns_.all()) TRY_DO(learning_.write_baseline(*live, up_to));
  base::log::info("baselines of {} campaigns were written; the log is pruned behind them", campaigns_.all().size());
  prunings_.add();
  pruning_ = up_to;
  return {};
}

}  // namespace proffer::service
