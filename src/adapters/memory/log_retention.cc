// Baselines, pruning, renaming and moving in the log in memory.
#include <algorithm>

#include "adapters/memory/decision_log.h"
#include "base/limits.h"
#include "store/record_codec.h"
#include "store/renaming.h"

namespace proffer::adapters {

using base::Result;
using base::Status;
using base::Time;
using store::LogPosition;
using store::LogVector;

Result<std::optional<store::BaselineSpan>> MemoryDecisionLog::find_baseline(std::uint32_t campaign) {
  const std::lock_guard lock(kept_->mutex);
  const auto found = kept_->baselines.find(campaign);
  return found == kept_->baselines.end() ? std::nullopt : std::optional(found->second);
}

Result<LogVector> MemoryDecisionLog::before(Time time) {
  const std::lock_guard lock(kept_->mutex);
  LogVector out;
  for (const auto& [node, records] : kept_->records) {
    const auto behind = std::ranges::partition_point(records, [&](const Stored& one) { return one.time < time; });
    out.advance(decision::position_of(node, static_cast<std::uint64_t>(behind - records.begin())));
  }
  return out;
}

Result<std::optional<Time>> MemoryDecisionLog::oldest() {
  const std::lock_guard lock(kept_->mutex);
  std::optional<Time> oldest;
  for (const auto& [node, records] : kept_->records) {
    const auto first = std::ranges::find_if(records, [](const Stored& one) { return !one.bytes.empty(); });
    if (first != records.end()) oldest = std::min(oldest.value_or(Time::max()), first->time);
  }
  return oldest;
}

Result<bool> MemoryDecisionLog::is_pruned() {
  const std::lock_guard lock(kept_->mutex);
  return std::ranges::any_of(kept_->records, [](const auto& of_node) {
    return !of_node.second.empty() && of_node.second.front().bytes.empty();
  });
}

// The last record of each node stays.
Result<bool> MemoryDecisionLog::prune(const LogVector& up_to) {
  TRY_DO(before_write());
  const std::lock_guard lock(kept_->mutex);
  std::size_t removed = 0;
  for (auto& [node, records] : kept_->records) {
    const auto end =
        std::min<std::uint64_t>(decision::record_of(up_to.end(node)), std::max<std::size_t>(1, records.size()) - 1);
    for (std::uint64_t i = 0; i < end && removed < base::limits::prune_records; ++i) {
      if (records[i].bytes.empty()) continue;
      records[i].bytes.clear();
      kept_->outcomes.erase(decision::position_of(node, i + 1));
      ++removed;
    }
  }
  return removed > 0;
}

Result<std::size_t> MemoryDecisionLog::rename_customer(const store::Renaming& renaming) {
  TRY_DO(before_write());
  const std::lock_guard lock(kept_->mutex);
  std::size_t changed = 0;
  for (auto& [node, records] : kept_->records) {
    for (auto& stored : records) {
      if (stored.bytes.empty()) continue;
      TRY(auto record, store::decode_record(stored.bytes, stored.time));
      if (!store::rename_customer(record, renaming)) continue;
      stored.bytes = store::encode_record(record, stored.time);
      ++changed;
    }
  }
  return changed;
}

Status MemoryDecisionLog::import_entries(std::span<const store::LogEntry> entries) {
  TRY_DO(before_write());
  const std::lock_guard lock(kept_->mutex);
  for (const auto& entry : entries) {
    auto& records = kept_->records[decision::node_of(entry.position)];
    const auto record = decision::record_of(entry.position);
    if (records.empty()) records.resize(record - 1);  // of a log that was pruned
    if (records.size() != record - 1)
      return base::fail(base::ErrorKind::conflict, "records that do not follow on the log");
    const auto pending = store::make_pending({entry.position, entry.time}, decision::Record(entry.record), {});
    records.push_back({entry.time, pending.bytes});
    keep_keys(pending);
  }
  return {};
}

}  // namespace proffer::adapters
