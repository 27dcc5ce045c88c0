// The stored form of a log record (docs/formats/log.md): compact, versioned, complete.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "decision/record.h"

namespace proffer::store {

// Values are stored: they never change.
enum class RecordKind : std::uint8_t {
  decision = 1,
  outcome = 2,
  recomputation = 3,
  reset = 4,
  definition = 5,
  baseline = 6,
  erasure = 7,
};

// What can be read from a stored record without decoding it.
struct RecordHeader {
  RecordKind kind = RecordKind::decision;
  std::uint32_t campaign = 0;
  std::string_view customer;  // of a decision; points into the bytes
};

// `time` is the record's stored time: what follows from it is not stored again, so decoding needs the same.
std::string encode_record(const decision::Record& record, base::Time time);

// The record again, equal in every bit. Errors: `internal` for bytes that encode_record did not make.
base::Result<decision::Record> decode_record(std::string_view bytes, base::Time time);

std::optional<RecordHeader> peek_record(std::string_view bytes);

}  // namespace proffer::store
