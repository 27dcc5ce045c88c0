// The rows of a commit.
#pragma once

#include <span>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/log_segments.h"
#include "store/commit_queue.h"

namespace proffer::adapters {

// All of these, which follow each other, as one.
SegmentPtr make_segment(std::span<const store::PendingRecord> batch);

// The segment, and the rows that some of its records have beside it, in one transaction.
base::Status insert_rows(Connection& writer, LogSegments& segments, const store::Segment& segment,
                         std::span<const store::PendingRecord> batch);

}  // namespace proffer::adapters
