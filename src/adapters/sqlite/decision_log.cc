#include "adapters/sqlite/decision_log.h"

#include <algorithm>

#include "adapters/sqlite/log_rows.h"
#include "store/decision_query.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;
using base::Time;
using store::LogEntry;
using store::LogPosition;
using store::PendingRecord;
using store::StoredRecord;

constexpr std::size_t read_bytes = 1 << 20;  // of segments held at once while the log is read

// Position and time of the last record of a log.
Result<store::Reservation> last_of(LogSegments& segments) {
  TRY(const SegmentPtr last, segments.last());
  if (last == nullptr) return store::Reservation{};
  TRY(const auto records, store::records_of(*last));
  if (records.empty())
    return base::fail(base::ErrorKind::internal, "the last segment of the log is damaged: it is empty");
  return store::Reservation{records.back().position, records.back().time};
}

// Whether a commit would work: a row as large as several commits, written and taken back.
Status try_writing(Database& database) {
  Database::Writer writer(database);
  TRY_DO(writer->query("INSERT INTO log_checkpoint (campaign, position, state) VALUES (-1, 0, zeroblob(65536))").run());
  return writer->query("DELETE FROM log_checkpoint WHERE campaign = -1").run();
}

// The record of a segment that has exactly this time.
Result<std::optional<LogEntry>> entry_of_time(const store::Segment& segment, Time time) {
  TRY(const auto records, store::records_of(segment));
  const auto found = std::partition_point(records.begin(), records.end(),
                                          [&](const StoredRecord& record) { return record.time < time; });
  if (found == records.end() || found->time != time) return std::nullopt;
  TRY(auto entry, store::decode_entry(*found));
  return entry;
}

}  // namespace

Result<std::unique_ptr<SqliteDecisionLog>> SqliteDecisionLog::open(Database& database, const base::Clock& clock,
                                                                   std::function<void()> index_due) {
  auto segments = std::make_unique<LogSegments>(database);
  TRY(const store::Reservation last, last_of(*segments));
  TRY(auto customers, CustomerIndex::open(database, *segments, last.position));
  return std::unique_ptr<SqliteDecisionLog>(
      new SqliteDecisionLog(database, std::move(segments), std::move(customers), clock, last, std::move(index_due)));
}

SqliteDecisionLog::SqliteDecisionLog(Database& database, std::unique_ptr<LogSegments> segments,
                                     std::unique_ptr<CustomerIndex> customers, const base::Clock& clock,
                                     store::Reservation last, std::function<void()> index_due)
    : database_(database),
      segments_(std::move(segments)),
      customers_(std::move(customers)),
      index_due_(std::move(index_due)),
      queue_(clock, last, [this](std::span<const PendingRecord> batch) { return commit(batch); }) {}

void SqliteDecisionLog::append(const store::Reservation& at, decision::Record record, Done done) {
  queue_.append(store::make_pending(at, std::move(record), std::move(done)));
}

Status SqliteDecisionLog::commit(std::span<const PendingRecord> batch) {
  SegmentPtr segment = make_segment(batch);
  {
    Database::Writer writer(database_);
    TRY_DO(insert_rows(*writer, *segments_, *segment, batch));
  }
  if (commits_ != nullptr) commits_->add();
  segments_->keep(std::move(segment));
  if (customers_->add(batch)) index_due_();
  return {};
}

Status SqliteDecisionLog::resume() {
  return queue_.resume([this]() -> Result<std::optional<store::Reservation>> {
    TRY_DO(try_writing(database_));
    return std::nullopt;
  });
}

Status SqliteDecisionLog::read(LogPosition after, LogPosition up_to,
                               const std::function<bool(const LogEntry&)>& visit) {
  up_to = std::min(up_to, committed());
  LogPosition next = after + 1;
  while (next <= up_to) {
    TRY(const auto segments, segments_->from(next, read_bytes));
    if (segments.empty()) return base::fail(base::ErrorKind::internal, "the log has a hole");
    for (const auto& segment : segments) {
      TRY(const auto records, store::records_of(*segment));
      for (const auto& record : records) {
        if (record.position < next) continue;
        if (record.position > up_to) return {};
        TRY(const auto entry, store::decode_entry(record));
        if (!visit(entry)) return {};
      }
      next = segment->end_position();
    }
  }
  return {};
}

// The uuid holds the record's time, so no index on uuids is needed.
Result<std::optional<LogEntry>> SqliteDecisionLog::find_decision(const base::Uuid& uuid) {
  const auto time = base::uuid_time(uuid);
  if (!time) return std::nullopt;
  TRY(const SegmentPtr segment, segments_->at(*time));
  if (segment == nullptr) return std::nullopt;
  TRY(auto entry, entry_of_time(*segment, *time));
  if (!entry || entry->position > committed()) return std::nullopt;
  const auto* decision = std::get_if<decision::DecisionRecord>(&entry->record);
  if (decision == nullptr || decision->uuid != uuid) return std::nullopt;
  return entry;
}

Result<std::vector<LogEntry>> SqliteDecisionLog::outcomes_of(LogPosition decision) {
  std::vector<LogPosition> positions;
  {
    TRY(auto reader, database_.reader());
    Query rows = reader->query("SELECT outcome FROM log_outcome WHERE decision = ? ORDER BY outcome");
    rows.integer(integer(decision));
    for (;;) {
      TRY(const bool row, rows.step());
      if (!row) break;
      positions.push_back(static_cast<LogPosition>(rows.integer_at(0)));
    }
  }
  std::vector<LogEntry> outcomes;
  for (const LogPosition position : positions) {
    TRY(auto entry, segments_->entry(position));
    if (entry) outcomes.push_back(std::move(*entry));
  }
  return outcomes;
}

Result<store::DecisionPage> SqliteDecisionLog::query(const store::DecisionQuery& query) {
  TRY(auto page, store::DecisionCollector::make(query));
  TRY(const LogPosition before, scan_start(query));
  TRY_DO(query.customer ? scan_customer(page, before) : scan(page, before));
  return page.take_page();
}

// All wanted positions are below this.
Result<LogPosition> SqliteDecisionLog::scan_start(const store::DecisionQuery& query) {
  LogPosition before = std::min(query.before.value_or(committed() + 1), committed() + 1);
  if (!query.to) return before;
  TRY(const SegmentPtr segment, segments_->at(*query.to));
  return segment == nullptr ? 0 : std::min(before, segment->end_position());
}

Status SqliteDecisionLog::scan(store::DecisionCollector& page, LogPosition before) {
  while (before > 1) {
    TRY(const SegmentPtr segment, segments_->at(before - 1));
    if (segment == nullptr) return {};
    TRY(const auto records, store::records_of(*segment));
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
      if (record->position >= before) continue;
      TRY(const bool more, page.visit(*record));
      if (!more) return {};
    }
    before = segment->first_position;
  }
  return {};
}

Status SqliteDecisionLog::scan_customer(store::DecisionCollector& page, LogPosition before) {
  SegmentPtr segment;
  std::vector<StoredRecord> records;
  return customers_->visit(*page.query().customer, before, [&](LogPosition position) -> Result<bool> {
    if (segment == nullptr || !segment->holds(position)) {
      TRY(segment, segments_->at(position));
      if (segment == nullptr || !segment->holds(position)) return true;  // it was pruned
      TRY(records, store::records_of(*segment));
    }
    return page.visit(records[position - segment->first_position]);
  });
}

Result<std::optional<LogEntry>> SqliteDecisionLog::find_call(std::string_view route, std::string_view key, Time since) {
  LogPosition position = 0;
  {
    TRY(auto reader, database_.reader());
    Query rows = reader->query("SELECT position FROM log_call WHERE route = ? AND key = ? AND time >= ?");
    TRY(const bool found, rows.text(route).text(key).integer(integer(since)).step());
    if (!found) return std::nullopt;
    position = static_cast<LogPosition>(rows.integer_at(0));
  }
  return segments_->entry(position);
}

Status SqliteDecisionLog::save_checkpoint(const store::Checkpoint& checkpoint) {
  Database::Writer writer(database_);
  return writer->query("INSERT OR REPLACE INTO log_checkpoint (campaign, position, state) VALUES (?, ?, ?)")
      .integer(checkpoint.campaign)
      .integer(integer(checkpoint.folded.end(0)))
      .blob(checkpoint.state)
      .run();
}

Result<std::optional<store::Checkpoint>> SqliteDecisionLog::load_checkpoint(std::uint32_t campaign) {
  TRY(auto reader, database_.reader());
  Query rows = reader->query("SELECT position, state FROM log_checkpoint WHERE campaign = ?");
  TRY(const bool found, rows.integer(campaign).step());
  if (!found) return std::nullopt;
  return store::Checkpoint{campaign, static_cast<LogPosition>(rows.integer_at(0)), std::string(rows.bytes_at(1))};
}

}  // namespace proffer::adapters
