// The records of one commit as one document of MongoDB (docs/formats/log.md):
//
//   _id        int64: the position of the first record
//   records    int32: how many
//   from, to   int64: the times of the first and the last, in microseconds
//   batch      text: who wrote it and when, so that a writer whose answer was lost knows its own document again
//   body       binary: the records, as in the embedded store
//   calls      texts, where records have an Idempotency-Key: unique, so no two nodes record the same call
//   accepted   texts "<position>/<place>", of outcomes: unique, so no offer of a decision is accepted twice
//   outcomes   int64: positions of the decisions that outcomes belong to
//   baselines  int64: campaigns of which a baseline ends here
//   customers  int64: hashes of the customers that decisions are about
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "adapters/mongodb/bson.h"
#include "base/result.h"
#include "store/commit_queue.h"
#include "store/segment.h"

namespace proffer::adapters {

struct LogSegment : store::Segment {
  base::Time last_time;
  std::string batch;
  std::vector<std::string> calls;            // as above
  std::vector<store::LogPosition> outcomes;  // in order
};
using LogSegmentPtr = std::shared_ptr<const LogSegment>;

struct WrittenSegment {
  LogSegmentPtr segment;
  Bson document;
};
WrittenSegment make_segment(std::span<const store::PendingRecord> batch, std::string name);

// Errors: `internal` for a document that make_segment did not make.
base::Result<LogSegmentPtr> segment_of(const bson_t* document);

// A call's keys in `calls`: two for each, of staggered half days, so that two calls within six hours share one, and two
// that are a day apart share none.
std::vector<std::string> call_keys(std::string_view route, std::string_view key, base::Time time);
// Every key that a call of the last day can have.
std::vector<std::string> call_keys_since(std::string_view route, std::string_view key, base::Time since,
                                         base::Time now);

std::string acceptance_key(store::LogPosition decision, std::uint32_t place);

}  // namespace proffer::adapters
