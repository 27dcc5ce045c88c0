// Baselines, pruning, renaming and moving in the log on SQLite.
#include <algorithm>

#include "adapters/sqlite/decision_log.h"
#include "adapters/sqlite/log_rows.h"
#include "base/limits.h"
#include "store/record_codec.h"
#include "store/renaming.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;
using base::Time;
using store::LogPosition;
using store::PendingRecord;
using store::Segment;
using store::StoredRecord;

// The last position of the segments that may go in one step: whole, in order, and about limits::prune_records; 0: none.
Result<LogPosition> last_to_go(Connection& connection, LogPosition up_to) {
  Query rows = connection.query("SELECT first_position, records FROM log_segment ORDER BY first_position");
  LogPosition last = 0;
  for (std::size_t records = 0; records < base::limits::prune_records;) {
    TRY(const bool row, rows.step());
    if (!row) break;
    const auto end = static_cast<LogPosition>(rows.integer_at(0) + rows.integer_at(1));
    if (end > up_to + 1) break;
    last = end - 1;
    records += static_cast<std::size_t>(rows.integer_at(1));
  }
  return last;
}

Status remove_up_to(Connection& writer, LogPosition last) {
  TRY_DO(writer.query("DELETE FROM log_segment WHERE first_position <= ?").integer(integer(last)).run());
  TRY_DO(writer.query("DELETE FROM log_outcome WHERE decision <= ?").integer(integer(last)).run());
  TRY_DO(writer.query("DELETE FROM log_call WHERE position <= ?").integer(integer(last)).run());
  TRY_DO(writer.query("DELETE FROM customer_block WHERE run <= ?").integer(integer(last)).run());
  return writer.query("DELETE FROM customer_run WHERE last_position <= ?").integer(integer(last)).run();
}

// A record in its new form; nothing when renaming does not change it.
Result<std::optional<std::string>> renamed(const StoredRecord& stored, const store::Renaming& renaming) {
  TRY(auto entry, store::decode_entry(stored));
  if (!store::rename_customer(entry.record, renaming)) return std::nullopt;
  return store::encode_record(entry.record, entry.time);
}

}  // namespace

Result<std::optional<store::BaselineSpan>> SqliteDecisionLog::find_baseline(std::uint32_t campaign) {
  TRY(auto reader, database_.reader());
  Query rows = reader->query("SELECT first, last FROM log_baseline WHERE campaign = ?");
  TRY(const bool found, rows.integer(campaign).step());
  if (!found) return std::nullopt;
  return store::BaselineSpan{static_cast<LogPosition>(rows.integer_at(0)),
                             static_cast<LogPosition>(rows.integer_at(1))};
}

Result<store::LogVector> SqliteDecisionLog::before(Time time) {
  TRY(const SegmentPtr segment, segments_->at(time));
  if (segment == nullptr) return store::LogVector{};
  TRY(const auto records, store::records_of(*segment));
  const auto behind = std::ranges::partition_point(records, [&](const auto& record) { return record.time < time; });
  return store::LogVector(segment->first_position + static_cast<LogPosition>(behind - records.begin()) - 1);
}

Result<std::optional<Time>> SqliteDecisionLog::oldest() {
  TRY(const SegmentPtr first, segments_->first());
  return first == nullptr ? std::nullopt : std::optional(first->first_time);
}

Result<bool> SqliteDecisionLog::is_pruned() {
  TRY(const SegmentPtr first, segments_->first());
  return first != nullptr && first->first_position > 1;
}

Result<bool> SqliteDecisionLog::prune(const store::LogVector& up_to) {
  Database::Writer writer(database_);
  const auto end = std::min(up_to.end(0), committed() - std::min<LogPosition>(1, committed()));  // the last one stays
  TRY(const LogPosition last, last_to_go(*writer, end));
  if (last == 0) return false;
  TRY(Transaction transaction, Transaction::begin(*writer));
  TRY_DO(remove_up_to(*writer, last));
  TRY_DO(transaction.commit());
  segments_->forget(last + 1);
  return true;
}

// In order.
Result<std::vector<LogPosition>> SqliteDecisionLog::decisions_of(const store::Renaming& renaming) {
  std::vector<LogPosition> positions;
  TRY_DO(customers_->visit(renaming.from, committed() + 1, [&](LogPosition position) -> Result<bool> {
    TRY(auto entry, segments_->entry(position));
    if (entry && store::rename_customer(entry->record, renaming)) positions.push_back(position);
    return true;
  }));
  std::ranges::sort(positions);
  return positions;
}

// Those of the positions that stand in the segment, in one transaction.
Result<std::size_t> SqliteDecisionLog::rename_in(const Segment& segment, std::span<const LogPosition> positions,
                                                 const store::Renaming& renaming) {
  auto next = std::make_shared<Segment>(Segment{segment.first_position, segment.first_time, 0, {}});
  store::SegmentWriter records(*next);
  std::size_t changed = 0;
  TRY(const auto stored, store::records_of(segment));
  for (const auto& record : stored) {
    std::optional<std::string> bytes;
    if (std::ranges::binary_search(positions, record.position)) {
      TRY(bytes, renamed(record, renaming));
    }
    records.add(record.time, bytes ? std::string_view(*bytes) : record.bytes);
    changed += bytes ? 1 : 0;
  }
  if (changed == 0) return 0;
  {
    Database::Writer writer(database_);
    TRY_DO(segments_->rewrite(*writer, *next));
  }
  segments_->replace(std::move(next));
  return changed;
}

Result<std::size_t> SqliteDecisionLog::rename_customer(const store::Renaming& renaming) {
  TRY(const auto decisions, decisions_of(renaming));
  std::vector<LogPosition> positions = decisions;
  for (const auto decision : decisions) {
    TRY(const auto outcomes, outcomes_of(decision));
    for (const auto& outcome : outcomes) positions.push_back(outcome.position);
  }
  std::ranges::sort(positions);
  std::size_t changed = 0;
  for (auto position = positions.begin(); position != positions.end();) {
    TRY(const SegmentPtr segment, segments_->at(*position));
    if (segment == nullptr || !segment->holds(*position)) {  // pruned meanwhile
      ++position;
      continue;
    }
    TRY(const auto more, rename_in(*segment, positions, renaming));
    changed += more;
    position = std::lower_bound(position, positions.end(), segment->end_position());
  }
  TRY_DO(customers_->rename(decisions, renaming.to));
  TRY_DO(database_.checkpoint());  // so that the write-ahead log begins anew, over what stands there
  return changed;
}

Status SqliteDecisionLog::import_entries(std::span<const store::LogEntry> entries) {
  if (entries.empty()) return {};
  TRY(const SegmentPtr last, segments_->last());
  LogPosition next = last == nullptr ? entries.front().position : last->end_position();
  std::vector<PendingRecord> batch;
  for (const auto& entry : entries) {
    if (decision::node_of(entry.position) != 0) {
      return base::fail(base::ErrorKind::invalid, "an embedded store holds the log of one node, 0, alone");
    }
    if (entry.position != next++) return base::fail(base::ErrorKind::conflict, "records that do not follow on the log");
    batch.push_back(store::make_pending({entry.position, entry.time}, decision::Record(entry.record), {}));
  }
  SegmentPtr segment = make_segment(batch);
  Database::Writer writer(database_);
  TRY_DO(insert_rows(*writer, *segments_, *segment, batch));
  segments_->keep(std::move(segment));
  return {};
}

}  // namespace proffer::adapters
