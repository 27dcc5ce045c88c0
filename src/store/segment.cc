#include "store/segment.h"

#include "base/bytes.h"
#include "store/record_codec.h"

namespace proffer::store {
namespace {

tl::unexpected<base::Error> damaged(const Segment& segment) {
  return base::fail(base::ErrorKind::internal,
                    "the log's segment at position " + std::to_string(segment.first_position) + " is damaged");
}

}  // namespace

void SegmentWriter::add(base::Time time, std::string_view record) {
  base::ByteWriter out(segment_.body);
  out.varint(static_cast<std::uint64_t>((time - last_time_).count()));
  out.text(record);
  last_time_ = time;
  ++segment_.records;
}

base::Result<std::vector<StoredRecord>> records_of(const Segment& segment) {
  if (segment.records > segment.body.size()) return damaged(segment);
  std::vector<StoredRecord> records;
  records.reserve(segment.records);
  base::ByteReader in(segment.body);
  auto micros = static_cast<std::uint64_t>(segment.first_time.time_since_epoch().count());
  for (std::uint32_t i = 0; i < segment.records; ++i) {
    micros += in.varint();  // wraps where the bytes are damaged
    records.push_back(
        {segment.first_position + i, base::Time{base::Micros{static_cast<std::int64_t>(micros)}}, in.text()});
  }
  if (!in.ok() || !in.at_end()) return damaged(segment);
  return records;
}

base::Result<LogEntry> decode_entry(const StoredRecord& record) {
  TRY(auto decoded, decode_record(record.bytes, record.time));
  return LogEntry{record.position, record.time, std::move(decoded)};
}

}  // namespace proffer::store
