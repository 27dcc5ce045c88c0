// What MongoDecisionLog promises of baselines, pruning and renaming.
#include <algorithm>

#include "adapters/mongodb/decision_log.h"
#include "base/limits.h"
#include "store/record_codec.h"
#include "store/renaming.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;
using store::LogEntry;
using store::LogPosition;
using store::LogVector;
using store::PendingRecord;

constexpr std::size_t segments_a_step = 64;

PendingRecord pending_of(const LogEntry& entry) {
  return store::make_pending({entry.position, entry.time}, decision::Record(entry.record), {});
}

}  // namespace

Result<std::optional<store::BaselineSpan>> MongoDecisionLog::find_baseline(std::uint32_t campaign) {
  TRY(const auto segment, collection_.last_with_baseline(campaign));
  if (segment == nullptr) return std::nullopt;
  std::optional<store::BaselineSpan> found;
  TRY(const auto records, store::records_of(*segment));
  for (const auto& record : records) {
    TRY(const auto entry, store::decode_entry(record));
    const auto* baseline = std::get_if<decision::BaselineRecord>(&entry.record);
    if (baseline == nullptr || baseline->campaign != campaign || !baseline->last) continue;
    found = {baseline->first == 0 ? entry.position : baseline->first, entry.position};
  }
  return found;
}

Result<LogVector> MongoDecisionLog::before(base::Time time) {
  TRY(const auto nodes, node_.all());
  LogVector vector;
  for (const auto node : nodes) {
    TRY(const auto segment, collection_.at_or_before(node, time));
    if (segment == nullptr) continue;
    TRY(const auto records, store::records_of(*segment));
    const auto behind = std::ranges::find_if(records, [&](const auto& record) { return record.time >= time; });
    vector.advance(segment->first_position + static_cast<LogPosition>(behind - records.begin()) - 1);
  }
  return vector;
}

Result<std::optional<base::Time>> MongoDecisionLog::oldest() {
  TRY(const auto segment, collection_.oldest());
  if (segment == nullptr) return std::nullopt;
  return segment->first_time;
}

Result<bool> MongoDecisionLog::is_pruned() {
  TRY(const auto pruned, collection_.all_pruned());
  return !pruned.empty();
}

// What was pruned is noted before it goes, so that a reader never takes it for a hole.
Result<bool> MongoDecisionLog::prune(const LogVector& up_to) {
  for (const auto end : up_to.ends()) {
    TRY(const auto begin, collection_.pruned(decision::node_of(end)));
    TRY(const auto segments, collection_.after(begin, segments_a_step));
    LogPosition last = 0;
    for (const auto& segment : segments) {
      if (segment->end_position() - 1 <= end) last = segment->end_position() - 1;
    }
    if (last == 0) continue;
    TRY_DO(collection_.note_pruned(last));
    TRY_DO(collection_.remove(begin, last));
    forget_recent();
    return true;
  }
  return false;
}

void MongoDecisionLog::forget_recent() {
  const std::lock_guard lock(mutex_);
  for (const auto node : nodes_) recent_.forget(node);
}

Result<std::size_t> MongoDecisionLog::rename_in(const LogSegment& segment, const store::Renaming& renaming) {
  std::size_t renamed = 0;
  std::vector<PendingRecord> records;
  TRY(const auto stored, store::records_of(segment));
  for (const auto& one : stored) {
    TRY(auto entry, store::decode_entry(one));
    if (store::rename_customer(entry.record, renaming)) ++renamed;
    records.push_back(pending_of(entry));
  }
  if (renamed == 0) return 0;
  const auto written = make_segment(records, segment.batch);
  TRY_DO(collection_.replace(written.document, segment.first_position));
  return renamed;
}

Result<std::size_t> MongoDecisionLog::rename_customer(const store::Renaming& renaming) {
  std::size_t renamed = 0;
  TRY(const auto nodes, node_.all());
  for (const auto node : nodes) {
    auto after = decision::position_of(node, 0);
    for (;;) {
      TRY(const auto segments, collection_.after(after, segments_a_step));
      if (segments.empty()) break;
      for (const auto& segment : segments) {
        TRY(const auto count, rename_in(*segment, renaming));
        renamed += count;
      }
      after = segments.back()->first_position;
    }
  }
  forget_recent();
  return renamed;
}

}  // namespace proffer::adapters
