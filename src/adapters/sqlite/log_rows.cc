#include "adapters/sqlite/log_rows.h"

#include <algorithm>

#include "base/limits.h"

namespace proffer::adapters {
namespace {

using base::Status;
using base::Time;
using store::LogPosition;
using store::PendingRecord;

Status insert_call(Connection& writer, const PendingRecord& record) {
  return writer.query("INSERT OR REPLACE INTO log_call (route, key, position, time) VALUES (?, ?, ?, ?)")
      .text(record.call->route)
      .text(record.call->key)
      .integer(integer(record.at.position))
      .integer(integer(record.at.time))
      .run();
}

// Two for each call that comes, so the table follows the traffic of the last lifetime.
Status forget_old_calls(Connection& writer, Time now, std::size_t calls) {
  return writer
      .query(
          "DELETE FROM log_call WHERE (route, key) IN "
          "(SELECT route, key FROM log_call WHERE time < ? ORDER BY time LIMIT ?)")
      .integer(integer(now - base::limits::idempotency_lifetime))
      .integer(static_cast<std::int64_t>(2 * calls))
      .run();
}

Status insert_outcome(Connection& writer, const PendingRecord& record) {
  return writer.query("INSERT INTO log_outcome (decision, outcome) VALUES (?, ?)")
      .integer(integer(record.outcome_of))
      .integer(integer(record.at.position))
      .run();
}

Status insert_baseline(Connection& writer, const PendingRecord& record) {
  return writer.query("INSERT OR REPLACE INTO log_baseline (campaign, first, last) VALUES (?, ?, ?)")
      .integer(record.campaign)
      .integer(integer(record.baseline_from))
      .integer(integer(record.at.position))
      .run();
}

// The rows that some records have beside the segment.
Status insert_keys(Connection& writer, std::span<const PendingRecord> batch) {
  std::size_t calls = 0;
  for (const auto& record : batch) {
    if (record.outcome_of != 0) TRY_DO(insert_outcome(writer, record));
    if (record.baseline_from != 0) TRY_DO(insert_baseline(writer, record));
    if (record.call == nullptr) continue;
    TRY_DO(insert_call(writer, record));
    ++calls;
  }
  if (calls == 0) return {};
  return forget_old_calls(writer, batch.back().at.time, calls);
}

bool has_keys(const PendingRecord& record) {
  return record.outcome_of != 0 || record.call != nullptr || record.baseline_from != 0;
}

}  // namespace

SegmentPtr make_segment(std::span<const PendingRecord> batch) {
  auto segment = std::make_shared<store::Segment>();
  segment->first_position = batch.front().at.position;
  segment->first_time = batch.front().at.time;
  std::size_t bytes = 0;
  for (const auto& record : batch) bytes += record.bytes.size() + 8;
  segment->body.reserve(bytes);
  store::SegmentWriter writer(*segment);
  for (const auto& record : batch) writer.add(record.at.time, record.bytes);
  return segment;
}

Status insert_rows(Connection& writer, LogSegments& segments, const store::Segment& segment,
                   std::span<const PendingRecord> batch) {
  if (std::none_of(batch.begin(), batch.end(), has_keys))
    return segments.insert(writer, segment);  // its own transaction
  TRY(Transaction transaction, Transaction::begin(writer));
  TRY_DO(segments.insert(writer, segment));
  TRY_DO(insert_keys(writer, batch));
  return transaction.commit();
}

}  // namespace proffer::adapters
