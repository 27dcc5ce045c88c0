#include "adapters/memory/decision_log.h"

#include <algorithm>

#include "store/decision_query.h"

namespace proffer::adapters {

using base::Result;
using base::Status;
using base::Time;
using store::LogEntry;
using store::LogPosition;
using store::PendingRecord;

MemoryDecisionLog::MemoryDecisionLog(const base::Clock& clock, Faults* faults)
    : faults_(faults), queue_(clock, {}, [this](std::span<const PendingRecord> batch) { return commit(batch); }) {}

void MemoryDecisionLog::append(const store::Reservation& at, decision::Record record, Done done) {
  queue_.append(store::make_pending(at, std::move(record), std::move(done)));
}

Status MemoryDecisionLog::commit(std::span<const PendingRecord> batch) {
  TRY_DO(before_write());
  const std::lock_guard lock(mutex_);
  for (const auto& record : batch) {
    records_.push_back({record.at.time, record.bytes});
    if (record.outcome_of != 0) outcomes_.emplace(record.outcome_of, record.at.position);
    if (record.call != nullptr) calls_[{record.call->route, record.call->key}] = record.at.position;
  }
  return {};
}

Status MemoryDecisionLog::resume() {
  return queue_.resume([this] { return before_write(); });
}

std::optional<MemoryDecisionLog::Stored> MemoryDecisionLog::stored(LogPosition position) {
  const std::lock_guard lock(mutex_);
  if (position == 0 || position > std::min<LogPosition>(committed(), records_.size())) return std::nullopt;
  return records_[position - 1];
}

Result<std::optional<LogEntry>> MemoryDecisionLog::entry(LogPosition position) {
  const auto found = stored(position);
  if (!found) return std::nullopt;
  TRY(auto decoded, store::decode_entry({position, found->time, found->bytes}));
  return decoded;
}

Status MemoryDecisionLog::read(LogPosition after, LogPosition up_to,
                               const std::function<bool(const LogEntry&)>& visit) {
  for (LogPosition position = after + 1; position <= up_to; ++position) {
    TRY(const auto found, entry(position));
    if (!found || !visit(*found)) return {};
  }
  return {};
}

Result<std::optional<LogEntry>> MemoryDecisionLog::find_decision(const base::Uuid& uuid) {
  const auto time = base::uuid_time(uuid);
  if (!time) return std::nullopt;
  LogPosition position = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::partition_point(records_.begin(), records_.end(),
                                            [&](const Stored& record) { return record.time < *time; });
    position = static_cast<LogPosition>(found - records_.begin()) + 1;
  }
  TRY(auto candidate, entry(position));
  if (!candidate) return std::nullopt;
  const auto* decision = std::get_if<decision::DecisionRecord>(&candidate->record);
  if (decision == nullptr || decision->uuid != uuid) return std::nullopt;
  return candidate;
}

Result<std::vector<LogEntry>> MemoryDecisionLog::outcomes_of(LogPosition decision) {
  std::vector<LogPosition> positions;
  {
    const std::lock_guard lock(mutex_);
    const auto [first, last] = outcomes_.equal_range(decision);
    for (auto one = first; one != last; ++one) positions.push_back(one->second);
  }
  std::vector<LogEntry> outcomes;
  for (const LogPosition position : positions) {
    TRY(auto found, entry(position));
    if (found) outcomes.push_back(std::move(*found));
  }
  return outcomes;
}

Result<store::DecisionPage> MemoryDecisionLog::query(const store::DecisionQuery& query) {
  TRY(auto page, store::DecisionCollector::make(query));
  for (LogPosition position = std::min(query.before.value_or(committed() + 1), committed() + 1) - 1; position > 0;
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
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find({std::string(route), std::string(key)});
    if (found == calls_.end()) return std::nullopt;
    position = found->second;
  }
  TRY(auto found, entry(position));
  if (!found || found->time < since) return std::nullopt;
  return found;
}

Status MemoryDecisionLog::save_checkpoint(const store::Checkpoint& checkpoint) {
  TRY_DO(before_write());
  const std::lock_guard lock(mutex_);
  checkpoints_[checkpoint.campaign] = checkpoint;
  return {};
}

Result<std::optional<store::Checkpoint>> MemoryDecisionLog::load_checkpoint(std::uint32_t campaign) {
  const std::lock_guard lock(mutex_);
  const auto found = checkpoints_.find(campaign);
  if (found == checkpoints_.end()) return std::nullopt;
  return found->second;
}

}  // namespace proffer::adapters
