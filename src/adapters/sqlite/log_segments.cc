#include "adapters/sqlite/log_segments.h"

#include <algorithm>

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;
using base::Time;
using store::LogPosition;
using store::Segment;

constexpr std::size_t recent_bytes = 4 << 20;

// Of a row: first_position, first_time, records and, with `body`, the body.
Segment segment_of(const Query& row, bool body) {
  Segment segment;
  segment.first_position = static_cast<LogPosition>(row.integer_at(0));
  segment.first_time = Time{base::Micros{row.integer_at(1)}};
  segment.records = static_cast<std::uint32_t>(row.integer_at(2));
  if (body) segment.body = row.bytes_at(3);
  return segment;
}

// Without its body; `records` is 0 when there is none.
Result<Segment> header_at(Connection& connection, LogPosition position) {
  Query rows = connection.query(
      "SELECT first_position, first_time, records FROM log_segment WHERE first_position <= ? "
      "ORDER BY first_position DESC LIMIT 1");
  TRY(const bool found, rows.integer(integer(position)).step());
  return found ? segment_of(rows, false) : Segment{};
}

Result<Segment> first_header(Connection& connection) {
  Query rows =
      connection.query("SELECT first_position, first_time, records FROM log_segment ORDER BY first_position LIMIT 1");
  TRY(const bool found, rows.step());
  return found ? segment_of(rows, false) : Segment{};
}

// Times go up with positions, so a binary search over positions finds a time, and no index on time must be kept.
Result<LogPosition> position_at(Connection& connection, Time time) {
  TRY(const Segment newest, header_at(connection, ~LogPosition{0} >> 1));
  TRY(const Segment oldest, first_header(connection));
  LogPosition found = 0;
  LogPosition low = std::max<LogPosition>(oldest.first_position, 1);
  LogPosition high = newest.end_position();
  while (low < high) {
    TRY(const Segment middle, header_at(connection, low + (high - low) / 2));
    if (middle.records == 0 || middle.first_time <= time) {
      found = middle.first_position;
      low = std::max(middle.end_position(), low + 1);
    } else {
      high = middle.first_position;
    }
  }
  return found;
}

}  // namespace

Status LogSegments::insert(Connection& writer, const Segment& segment) {
  return writer.query("INSERT INTO log_segment (first_position, first_time, records, body) VALUES (?, ?, ?, ?)")
      .integer(integer(segment.first_position))
      .integer(integer(segment.first_time))
      .integer(segment.records)
      .blob(segment.body)
      .run();
}

void LogSegments::keep(SegmentPtr segment) {
  const std::lock_guard lock(mutex_);
  recent_bytes_ += segment->body.size();
  recent_.push_back(std::move(segment));
  while (recent_bytes_ > recent_bytes && recent_.size() > 1) {
    recent_bytes_ -= recent_.front()->body.size();
    recent_.pop_front();
  }
}

Status LogSegments::rewrite(Connection& writer, const Segment& segment) {
  return writer.query("UPDATE log_segment SET body = ? WHERE first_position = ?")
      .blob(segment.body)
      .integer(integer(segment.first_position))
      .run();
}

void LogSegments::replace(SegmentPtr segment) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::ranges::find(recent_, segment->first_position, [](const SegmentPtr& s) { return s->first_position; });
  if (found == recent_.end()) return;
  recent_bytes_ += segment->body.size() - (*found)->body.size();
  *found = std::move(segment);
}

void LogSegments::forget(LogPosition position) {
  const std::lock_guard lock(mutex_);
  while (!recent_.empty() && recent_.front()->end_position() <= position) {
    recent_bytes_ -= recent_.front()->body.size();
    recent_.pop_front();
  }
}

Result<SegmentPtr> LogSegments::first() {
  TRY(auto reader, database_.reader());
  TRY(auto segment, first_header(*reader));
  return segment.records == 0 ? nullptr : std::make_shared<const Segment>(std::move(segment));
}

SegmentPtr LogSegments::recent(LogPosition position) {
  const std::lock_guard lock(mutex_);
  const auto behind = std::partition_point(recent_.begin(), recent_.end(),
                                           [&](const SegmentPtr& s) { return s->first_position <= position; });
  return behind == recent_.begin() ? nullptr : *std::prev(behind);
}

SegmentPtr LogSegments::recent(Time time) {
  const std::lock_guard lock(mutex_);
  const auto behind =
      std::partition_point(recent_.begin(), recent_.end(), [&](const SegmentPtr& s) { return s->first_time <= time; });
  return behind == recent_.begin() ? nullptr : *std::prev(behind);
}

Result<SegmentPtr> LogSegments::at(LogPosition position) {
  if (auto found = recent(position)) return found;
  TRY(auto reader, database_.reader());
  Query rows = reader->query(
      "SELECT first_position, first_time, records, body FROM log_segment WHERE first_position <= ? "
      "ORDER BY first_position DESC LIMIT 1");
  TRY(const bool found, rows.integer(integer(position)).step());
  return found ? std::make_shared<const Segment>(segment_of(rows, true)) : nullptr;
}

Result<SegmentPtr> LogSegments::at(Time time) {
  if (auto found = recent(time)) return found;
  LogPosition position = 0;
  {
    TRY(auto reader, database_.reader());
    TRY(position, position_at(*reader, time));
  }
  if (position == 0) return nullptr;
  return at(position);
}

Result<std::vector<SegmentPtr>> LogSegments::from(LogPosition position, std::size_t bytes) {
  TRY(auto reader, database_.reader());
  TRY(const Segment holding, header_at(*reader, position));
  const LogPosition first = holding.holds(position) ? holding.first_position : position;
  Query rows = reader->query(
      "SELECT first_position, first_time, records, body FROM log_segment WHERE first_position >= ? "
      "ORDER BY first_position");
  rows.integer(integer(first));
  std::vector<SegmentPtr> segments;
  for (std::size_t size = 0; size < bytes; size += segments.back()->body.size()) {
    TRY(const bool row, rows.step());
    if (!row) break;
    segments.push_back(std::make_shared<const Segment>(segment_of(rows, true)));
  }
  return segments;
}

Result<std::optional<store::LogEntry>> LogSegments::entry(LogPosition position) {
  TRY(const SegmentPtr segment, at(position));
  if (segment == nullptr || !segment->holds(position)) return std::nullopt;
  TRY(const auto records, store::records_of(*segment));
  TRY(auto entry, store::decode_entry(records[position - segment->first_position]));
  return entry;
}

}  // namespace proffer::adapters
