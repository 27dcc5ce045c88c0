// The records of one commit as one run of bytes (docs/formats/log.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/decision_log.h"

namespace proffer::store {

struct Segment {
  LogPosition first_position = 0;  // positions go up by one from here
  base::Time first_time;
  std::uint32_t records = 0;
  std::string body;

  LogPosition end_position() const { return first_position + records; }
  bool holds(LogPosition position) const { return position >= first_position && position < end_position(); }
};

// A record where it stands in a segment's body.
struct StoredRecord {
  LogPosition position = 0;
  base::Time time;
  std::string_view bytes;
};

// Adds an encoded record behind those that are there. Times must go up.
class SegmentWriter {
 public:
  explicit SegmentWriter(Segment& segment) : segment_(segment), last_time_(segment.first_time) {}
  void add(base::Time time, std::string_view record);

 private:
  Segment& segment_;
  base::Time last_time_;
};

// The records of a segment, which must outlive them. Errors: `internal` when the body does not hold what it should.
base::Result<std::vector<StoredRecord>> records_of(const Segment& segment);

base::Result<LogEntry> decode_entry(const StoredRecord& record);

}  // namespace proffer::store
