#include "adapters/memory/decision_log.h"

#include <algorithm>

#include "store/decision_query.h"

namespace proffer::adapters {

using base::Result;
using base::Status;
using base::Time;
using store::LogEntry;
using store::LogPosition;
using store::LogVector;
using store::PendingRecord;

namespace {

store::Reservation last_of(MemoryRecords& kept, std::uint32_t node) {
  const std::lock_guard lock(kept.mutex);
  const auto& records = kept.records[node];
  return {decision::position_of(node, records.size()), records.empty() ? Time{} : records.back().time};
}

}  // namespace

MemoryDecisionLog::MemoryDecisionLog(const base::Clock& clock, Faults* faults)
    : MemoryDecisionLog(clock, std::make_shared<MemoryRecords>(), 0, faults) {}

MemoryDecisionLog::MemoryDecisionLog(const base::Clock& clock, std::shared_ptr<MemoryRecords> shared,
                                     std::uint32_t node, Faults* faults)
    : faults_(faults),
      node_(node),
      kept_(std::move(shared)),
      queue_(clock, last_of(*kept_, node), [this](std::span<const PendingRecord> batch) { return commit(batch); }) {
  if (auto seen = refresh(); !seen) return;  // cannot fail
}

void MemoryDecisionLog::append(const store::Reservation& at, decision::Record record, Done done) {
  queue_.append(store::make_pending(at, std::move(record), std::move(done)));
}

Status MemoryDecisionLog::commit(std::span<const PendingRecord> batch) {
  TRY_DO(before_write());
  const std::lock_guard lock(kept_->mutex);
  for (const auto& record : batch) {
    kept_->records[node_].push_back({record.at.time, record.bytes});
    keep_keys(record);
  }
  return {};
}

// What finds some records; `kept_->mutex` is held.
void MemoryDecisionLog::keep_keys(const PendingRecord& record) {
  if (record.outcome_of != 0) kept_->outcomes.emplace(record.outcome_of, record.at.position);
  if (record.baseline_from != 0) kept_->baselines[record.campaign] = {record.baseline_from, record.at.position};
  if (record.call != nullptr) kept_->calls[{record.call->route, record.call->key}] = record.at.position;
}

LogVector MemoryDecisionLog::ends() const {
  LogVector ends = committed();
  const std::lock_guard lock(seen_mutex_);
  ends.advance(seen_);
  return ends;
}

Status MemoryDecisionLog::refresh() {
  LogVector seen;
  {
    const std::lock_guard lock(kept_->mutex);
    for (const auto& [node, records] : kept_->records) {
      if (node != node_) seen.advance(decision::position_of(node, records.size()));
    }
  }
  const std::lock_guard lock(seen_mutex_);
  seen_ = std::move(seen);
  return {};
}

Status MemoryDecisionLog::resume() {
  return queue_.resume([this]() -> Result<std::optional<store::Reservation>> {
    TRY_DO(before_write());
    return std::nullopt;
  });
}

std::optional<MemoryDecisionLog::Stored> MemoryDecisionLog::stored(LogPosition position) const {
  const auto record = decision::record_of(position);
  if (record == 0 || (decision::node_of(position) == node_ && position > committed())) return std::nullopt;
  const std::lock_guard lock(kept_->mutex);
  const auto found = kept_->records.find(decision::node_of(position));
  if (found == kept_->records.end() || record > found->second.size()) return std::nullopt;
  const auto& one = found->second[record - 1];
  return one.bytes.empty() ? std::nullopt : std::optional(one);
}

Result<std::optional<LogEntry>> MemoryDecisionLog::entry(LogPosition position) const {
  const auto found = stored(position);
  if (!found) return std::nullopt;
  TRY(auto decoded, store::decode_entry({position, found->time, found->bytes}));
  return decoded;
}

// The last position that was pruned of that node.
LogPosition MemoryDecisionLog::pruned_of(std::uint32_t node) const {
  const std::lock_guard lock(kept_->mutex);
  const auto found = kept_->records.find(node);
  if (found == kept_->records.end()) return decision::position_of(node, 0);
  const auto first = std::ranges::find_if(found->second, [](const Stored& one) { return !one.bytes.empty(); });
  return decision::position_of(node, static_cast<std::uint64_t>(first - found->second.begin()));
}

Status MemoryDecisionLog::read(LogPosition after, LogPosition up_to,
                               const std::function<bool(const LogEntry&)>& visit) {
  for (LogPosition position = std::max(after, pruned_of(decision::node_of(after))) + 1; position <= up_to; ++position) {
    TRY(const auto found, entry(position));
    if (!found || !visit(*found)) return {};
  }
  return {};
}

// The records of all nodes that have this time, or the next ones behind it.
std::vector<LogPosition> MemoryDecisionLog::positions_at(Time time) const {
  const std::lock_guard lock(kept_->mutex);
  std::vector<LogPosition> positions;
  for (const auto& [node, records] : kept_->records) {
    const auto found =
        std::partition_point(records.begin(), records.end(), [&](const Stored& record) { return record.time < time; });
    positions.push_back(decision::position_of(node, static_cast<std::uint64_t>(found - records.begin()) + 1));
  }
  return positions;
}

Result<std::optional<LogEntry>> MemoryDecisionLog::find_decision(const base::Uuid& uuid) {
  const auto time = base::uuid_time(uuid);
  if (!time) return std::nullopt;
  for (const auto position : positions_at(*time)) {
    TRY(auto candidate, entry(position));
    if (!candidate) continue;
    const auto* decision = std::get_if<decision::DecisionRecord>(&candidate->record);
    if (decision != nullptr && decision->uuid == uuid) return candidate;
  }
  return std::nullopt;
}

Result<std::vector<LogEntry>> MemoryDecisionLog::outcomes_of(LogPosition decision) {
  std::vector<LogPosition> positions;
  {
    const std::lock_guard lock(kept_->mutex);
    const auto [first, last] = kept_->outcomes.equal_range(decision);
    for (auto one = first; one != last; ++one) positions.push_back(one->second);
  }
  std::vector<LogEntry> outcomes;
  for (const LogPosition position : positions) {
    TRY(auto found, entry(position));
    if (found) outcomes.push_back(std::move(*found));
  }
  return outcomes;
}

// The decisions of this node alone.
Result<store::DecisionPage> MemoryDecisionLog::query(const store::DecisionQuery& query) {
  TRY(auto page, store::DecisionCollector::make(query));
  const auto none = decision::position_of(node_, 0);
  for (LogPosition position = std::min(query.before.value_or(committed() + 1), committed() + 1) - 1; position > none;
       --position) {
    const auto found = stored(position);
    if (!found) break;
    TRY(const bool more, page.visit({position, found->time, found->bytes}));
    if (!more) break;
  }
  return page.take_page();
}

Result<std::optional<LogEntry>> MemoryDecisionLog::find_call(std::string_view route, std::string_view key, Time since) {
  LogPosition position = 0;
  {
    const std::lock_guard lock(kept_->mutex);
    const auto found = kept_->calls.find({std::string(route), std::string(key)});
    if (found == kept_->calls.end()) return std::nullopt;
    position = found->second;
  }
  TRY(auto found, entry(position));
  if (!found || found->time < since) return std::nullopt;
  return found;
}

Status MemoryDecisionLog::save_checkpoint(const store::Checkpoint& checkpoint) {
  TRY_DO(before_write());
  const std::lock_guard lock(kept_->mutex);
  kept_->checkpoints[checkpoint.campaign] = checkpoint;
  return {};
}

Result<std::optional<store::Checkpoint>> MemoryDecisionLog::load_checkpoint(std::uint32_t campaign) {
  const std::lock_guard lock(kept_->mutex);
  const auto found = kept_->checkpoints.find(campaign);
  if (found == kept_->checkpoints.end()) return std::nullopt;
  return found->second;
}

}  // namespace proffer::adapters
