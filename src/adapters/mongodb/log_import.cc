// Takes in the log of an embedded store: as node 0, whose log has ended.
#include <fmt/format.h>

#include <algorithm>

#include "adapters/mongodb/decision_log.h"
#include "base/limits.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;
using store::PendingRecord;

// As many of the records as one commit may hold.
std::span<const PendingRecord> one_commit(std::span<const PendingRecord> records) {
  std::size_t count = 0;
  for (std::size_t bytes = 0; count < std::min(records.size(), base::limits::log_batch_records); ++count) {
    bytes += records[count].bytes.size();
    if (count > 0 && bytes > base::limits::log_batch_bytes) break;
  }
  return records.first(count);
}

// Those that follow on what is there.
Result<std::vector<PendingRecord>> pending_of(std::span<const store::LogEntry> entries, store::LogPosition next) {
  std::vector<PendingRecord> out;
  for (const auto& entry : entries) {
    if (decision::node_of(entry.position) != 0) {
      return base::fail(base::ErrorKind::invalid, "only the log of an embedded store, node 0, can move to a MongoDB");
    }
    if (entry.position != next++) return base::fail(base::ErrorKind::conflict, "records that do not follow on the log");
    out.push_back(store::make_pending({entry.position, entry.time}, decision::Record(entry.record), {}));
  }
  return out;
}

}  // namespace

Status MongoDecisionLog::import_entries(std::span<const store::LogEntry> entries) {
  if (entries.empty()) return {};
  TRY(const auto last, collection_.at_or_before(decision::position_of(1, 0) - 1));
  TRY(const auto records, pending_of(entries, last == nullptr ? entries.front().position : last->end_position()));
  for (std::span<const PendingRecord> rest = records; !rest.empty();) {
    const auto batch = one_commit(rest);
    const auto position = batch.front().at.position;
    auto written = make_segment(batch, fmt::format("moved/{}", position));
    TRY(const auto outcome, collection_.insert(written.document, position, written.segment->batch));
    if (outcome == LogCollection::Outcome::taken) {
      return base::fail(base::ErrorKind::conflict, "the log of this database holds other records at these positions");
    }
    rest = rest.subspan(batch.size());
  }
  return {};
}

}  // namespace proffer::adapters
