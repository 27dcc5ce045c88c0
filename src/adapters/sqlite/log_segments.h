// The segments of the log: written by the committing thread, read by everybody. The newest are kept in memory, because
// most outcomes follow their decision soon.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "adapters/sqlite/database.h"
#include "store/segment.h"

namespace proffer::adapters {

using SegmentPtr = std::shared_ptr<const store::Segment>;  // null: there is none

class LogSegments {
 public:
  explicit LogSegments(Database& database) : database_(database) {}

  // Adds a row within the writer's transaction. When that is committed, keep() makes the segment known.
  base::Status insert(Connection& writer, const store::Segment& segment);
  void keep(SegmentPtr segment);

  // Puts another body in the place of a segment's, within the writer's transaction, and makes it known after that.
  base::Status rewrite(Connection& writer, const store::Segment& segment);
  void replace(SegmentPtr segment);
  // No longer knows what ends before `position`, which was removed.
  void forget(store::LogPosition position);

  // The first segment there is, without its body; null when there is none.
  base::Result<SegmentPtr> first();
  // The segment that holds the position, or the last before it.
  base::Result<SegmentPtr> at(store::LogPosition position);
  // The segment that holds the last record at or before `time`; null when all are later.
  base::Result<SegmentPtr> at(base::Time time);
  base::Result<SegmentPtr> last() { return at(~store::LogPosition{0} >> 1); }
  // The segments from the one that holds `position` on, about `bytes` of them; empty behind the end.
  base::Result<std::vector<SegmentPtr>> from(store::LogPosition position, std::size_t bytes);

  // The record at a position; nothing when there is none.
  base::Result<std::optional<store::LogEntry>> entry(store::LogPosition position);

 private:
  SegmentPtr recent(store::LogPosition position);
  SegmentPtr recent(base::Time time);

  Database& database_;
  std::mutex mutex_;
  std::deque<SegmentPtr> recent_;  // without gaps, up to the last one committed
  std::size_t recent_bytes_ = 0;
};

}  // namespace proffer::adapters
