#include "adapters/mongodb/decision_log.h"

#include <algorithm>

#include "adapters/mongodb/clock_check.h"
#include "adapters/mongodb/log_checkpoints.h"
#include "adapters/mongodb/log_listing.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/decision_query.h"
#include "store/record_codec.h"

namespace proffer::adapters {
namespace {

using base::Result;
using base::Status;
using base::Time;
using store::LogEntry;
using store::LogPosition;
using store::LogVector;
using store::PendingRecord;

constexpr std::size_t segments_a_wait = 64;

// The record of a segment that has exactly this time and uuid.
Result<std::optional<LogEntry>> decision_in(const LogSegment& segment, const base::Uuid& uuid, Time time) {
  TRY(const auto records, store::records_of(segment));
  for (const auto& record : records) {
    if (record.time != time) continue;
    TRY(auto entry, store::decode_entry(record));
    const auto* decision = std::get_if<decision::DecisionRecord>(&entry.record);
    if (decision != nullptr && decision->uuid == uuid) return entry;
  }
  return std::nullopt;
}

bool is_of_call(const decision::Record& record, std::string_view route, std::string_view key) {
  return std::visit(
      [&](const auto& r) {
        if constexpr (requires { r.call; }) return r.call && r.call->route == route && r.call->key == key;
        return false;
      },
      record);
}

}  // namespace

Result<std::unique_ptr<MongoDecisionLog>> MongoDecisionLog::open(MongoConnection& connection, const base::Clock& clock,
                                                                 const MongoLogOptions& options) {
  if (options.compare_clocks) TRY_DO(check_clock(connection, clock));
  TRY(auto node, MongoNode::take(connection, options.database, options.holder, clock, options.goes_on_alone));
  std::unique_ptr<MongoDecisionLog> log(new MongoDecisionLog(connection, clock, options, std::move(node)));
  TRY_DO(log->begin(options));
  return log;
}

MongoDecisionLog::MongoDecisionLog(MongoConnection& connection, const base::Clock& clock,
                                   const MongoLogOptions& options, MongoNode node)
    : connection_(connection),
      clock_(clock),
      database_(options.database),
      node_(std::move(node)),
      collection_(connection, options.database),
      recent_(base::limits::recent_segment_bytes) {}

Status MongoDecisionLog::begin(const MongoLogOptions& options) {
  TRY_DO(collection_.prepare());
  std::vector<Spool::Entry> spooled;
  TRY(auto spool, Spool::open(options.directory + "/spool", options.spool_bytes, spooled));
  writer_ = std::make_unique<LogWriter>(collection_, recent_, node_, clock_, options.goes_on_alone);
  TRY_DO(writer_->take_spool(std::move(spool), std::move(spooled)));
  TRY_DO(writer_->drain());
  TRY(const auto last, last_of_this_node());
  TRY(const auto end, writer_->fence(last));
  TRY_DO(find_ends());
  queue_ = std::make_unique<store::CommitQueue>(clock_, end,
                                                [this](std::span<const PendingRecord> batch) { return commit(batch); });
  background_ = std::thread([this] { run(); });
  return {};
}

MongoDecisionLog::~MongoDecisionLog() {
  queue_.reset();  // commits what was appended
  {
    const std::lock_guard lock(ending_mutex_);
    ending_ = true;
  }
  ending_changed_.notify_all();
  if (!background_.joinable()) return;
  background_.join();
  if (auto status = is_alone() ? Status{} : node_.give_back(); !status) base::log::warn("{}", status.error().message);
}

Result<store::Reservation> MongoDecisionLog::last_of_this_node() {
  const auto number = node_.number();
  TRY(const auto last, collection_.at_or_before(decision::position_of(number + 1, 0) - 1));
  if (last == nullptr) return store::Reservation{decision::position_of(number, 0), {}};
  return store::Reservation{last->end_position() - 1, last->last_time};
}

void MongoDecisionLog::run() {
  auto renew_at = clock_.now();
  std::unique_lock lock(ending_mutex_);
  while (!ending_changed_.wait_for(lock, base::limits::spool_drain_every, [this] { return ending_; })) {
    lock.unlock();
    if (is_alone()) {
      if (auto status = writer_->drain(); !status) base::log::debug("the spool stays: {}", status.error().message);
      if (!is_alone()) renew_at = clock_.now();
    }
    if (clock_.now() >= renew_at) {
      renew();
      renew_at = clock_.now() + base::limits::node_renewed_every;
    }
    lock.lock();
  }
}

void MongoDecisionLog::renew() {
  const auto renewed = node_.renew(!is_alone());
  if (const auto bytes = collection_.bytes()) bytes_ = static_cast<std::size_t>(*bytes);
  if (renewed && !*renewed) base::log::error("node {} is another process's now: start this one again", node_.number());
}

void MongoDecisionLog::append(const store::Reservation& at, decision::Record record, Done done) {
  queue_->append(store::make_pending(at, std::move(record), std::move(done)));
}

Status MongoDecisionLog::commit(std::span<const PendingRecord> batch) {
  auto status = writer_->commit(batch);
  if (!status) failed_ = true;
  if (status && commits_ != nullptr) commits_->add();
  return status;
}

// ---- The ends of all logs

LogVector MongoDecisionLog::ends() const {
  LogVector ends = committed();
  const std::lock_guard lock(mutex_);
  ends.advance(seen_);
  return ends;
}

Status MongoDecisionLog::find_nodes() {
  TRY(auto nodes, node_.all());
  if (!has_embedded_) {
    TRY(const auto last, collection_.at_or_before(decision::position_of(1, 0) - 1));
    has_embedded_ = last != nullptr;
  }
  if (*has_embedded_) nodes.insert(nodes.begin(), 0);
  TRY(const auto pruned, collection_.all_pruned());
  nodes_known_at_ = clock_.now();
  const std::lock_guard lock(mutex_);
  nodes_ = std::move(nodes);
  seen_.advance(pruned);  // there is nothing to follow any more
  return {};
}

Status MongoDecisionLog::find_ends() {
  const std::lock_guard following(following_);
  TRY_DO(find_nodes());
  for (const auto node : nodes_) {
    if (node == node_.number()) continue;
    TRY(const auto last, collection_.at_or_before(decision::position_of(node + 1, 0) - 1));
    if (last == nullptr) continue;
    recent_.keep(last);
    const std::lock_guard lock(mutex_);
    seen_.advance(last->end_position() - 1);
  }
  return {};
}

// Every log's next segment begins where the last one ended: one look by key for each round of segments.
Status MongoDecisionLog::follow() {
  for (std::size_t round = 0; round < base::limits::segments_followed; ++round) {
    std::vector<LogPosition> next;
    {
      const std::lock_guard lock(mutex_);
      for (const auto node : nodes_) {
        if (node != node_.number()) next.push_back(seen_.end(node) + 1);
      }
    }
    if (next.empty()) return {};
    TRY(const auto segments, collection_.beginning_at(next));
    if (segments.empty()) return {};
    for (const auto& segment : segments) {
      recent_.keep(segment);
      const std::lock_guard lock(mutex_);
      seen_.advance(segment->end_position() - 1);
    }
  }
  return {};
}

// After a failed commit: whether it, or a part of what was tried before, is in the database after all.
Status MongoDecisionLog::find_own_end() {
  if (!failed_) return {};
  TRY(const auto last, writer_->fence({committed(), clock_.now()}));
  last_ = last;
  failed_ = false;
  const std::lock_guard lock(mutex_);
  seen_.advance(last.position);
  return {};
}

// Where this node may go on alone, it does so from the first look at the database that fails.
bool MongoDecisionLog::goes_on_without(const Status& looked) {
  return !looked && looked.error().kind == base::ErrorKind::unavailable && writer_->go_alone();
}

Status MongoDecisionLog::refresh() {
  const std::lock_guard following(following_);
  if (is_alone()) return find_own_end();  // there is no more to be known
  auto looked = look_for_more();
  goes_on_without(looked);
  return looked;
}

Status MongoDecisionLog::look_for_more() {
  TRY_DO(find_own_end());
  if (clock_.now() - nodes_known_at_ > base::limits::nodes_known_for) TRY_DO(find_nodes());
  return follow();
}

Status MongoDecisionLog::resume() {
  return queue_->resume([this]() -> Result<std::optional<store::Reservation>> {
    const std::lock_guard following(following_);
    TRY_DO(find_own_end());
    return std::exchange(last_, std::nullopt);
  });
}

// ---- Reading

// What is in memory, else what the database has, from a position on or from behind what was pruned: never none where
// there is more.
Result<std::vector<LogSegmentPtr>> MongoDecisionLog::segments_from(LogPosition position) {
  auto segments = recent_.from(position, segments_a_wait);
  if (!segments.empty()) return segments;
  if (decision::node_of(position) == node_.number()) {
    segments = writer_->spooled_from(position);
    if (!segments.empty() && segments.front()->holds(position)) return segments;
    segments.clear();
  }
  TRY(auto first, collection_.at_or_before(position));
  if (first == nullptr || !first->holds(position)) {
    TRY(const auto pruned, collection_.pruned(decision::node_of(position)));
    if (pruned < position) return base::fail(base::ErrorKind::internal, "the log has a hole");
    return collection_.after(pruned, segments_a_wait);
  }
  segments.push_back(first);
  const auto end = decision::position_of(decision::node_of(position) + 1, 0);
  TRY_DO(collection_.visit(first->first_position, end, [&](LogSegmentPtr segment) {
    segments.push_back(std::move(segment));
    return segments.size() < segments_a_wait;
  }));
  return segments;
}

Status MongoDecisionLog::read(LogPosition after, LogPosition up_to, const std::function<bool(const LogEntry&)>& visit) {
  up_to = std::min(up_to, ends().end(decision::node_of(after)));
  for (LogPosition next = after + 1; next <= up_to;) {
    TRY(const auto segments, segments_from(next));
    if (segments.empty()) return {};  // all that is left was pruned
    next = std::max(next, segments.front()->first_position);
    for (const auto& segment : segments) {
      if (segment->first_position > next) return base::fail(base::ErrorKind::internal, "the log has a hole");
      TRY(const auto records, store::records_of(*segment));
      for (const auto& record : records) {
        if (record.position < next) continue;
        if (record.position > up_to) return {};
        TRY(const auto entry, store::decode_entry(record));
        if (!visit(entry)) return {};
      }
      next = segment->end_position();
      if (next > up_to) return {};
    }
  }
  return {};
}

Result<std::optional<LogEntry>> MongoDecisionLog::entry(LogPosition position) {
  std::optional<LogEntry> found;
  TRY_DO(read(position - 1, position, [&](const LogEntry& entry) {
    found = entry;
    return false;
  }));
  return found;
}

Result<std::optional<LogEntry>> MongoDecisionLog::find_in_memory(const base::Uuid& uuid, Time time) const {
  for (const auto& segment : recent_.at(time)) {
    TRY(auto found, decision_in(*segment, uuid, time));
    if (found) return found;
  }
  return std::nullopt;
}

Result<std::optional<LogEntry>> MongoDecisionLog::find_in_database(const base::Uuid& uuid, Time time) {
  std::vector<std::uint32_t> nodes;
  {
    const std::lock_guard lock(mutex_);
    nodes = nodes_;
  }
  for (const auto node : nodes) {
    TRY(const auto segment, collection_.at_or_before(node, time));
    if (segment == nullptr || segment->last_time < time) continue;
    TRY(auto found, decision_in(*segment, uuid, time));
    if (found) return found;
  }
  return std::nullopt;
}

Result<std::optional<LogEntry>> MongoDecisionLog::find_decision(const base::Uuid& uuid) {
  const auto time = base::uuid_time(uuid);
  if (!time) return std::nullopt;
  TRY(auto found, find_in_memory(uuid, *time));
  if (found) return found;
  TRY_DO(refresh());  // another node may just have made it
  TRY(found, find_in_memory(uuid, *time));
  if (found) return found;
  {
    const std::lock_guard following(following_);
    TRY_DO(find_nodes());
  }
  return find_in_database(uuid, *time);
}

Result<std::vector<LogSegmentPtr>> MongoDecisionLog::segments_with_outcomes_of(LogPosition decision) {
  if (!is_alone()) {
    auto segments = collection_.with_outcomes_of(decision);
    if (segments || !goes_on_without(tl::unexpected(segments.error()))) return segments;
  }
  std::vector<LogSegmentPtr> found;
  for (const auto& segment : recent_.all()) {
    if (std::ranges::binary_search(segment->outcomes, decision)) found.push_back(segment);
  }
  return found;
}

Result<std::vector<LogEntry>> MongoDecisionLog::outcomes_of(LogPosition decision) {
  TRY(const auto segments, segments_with_outcomes_of(decision));
  std::vector<LogEntry> outcomes;
  for (const auto& segment : segments) {
    TRY(const auto records, store::records_of(*segment));
    for (const auto& record : records) {
      const auto header = store::peek_record(record.bytes);
      if (!header || header->kind != store::RecordKind::outcome) continue;
      TRY(auto entry, store::decode_entry(record));
      if (std::get<decision::OutcomeRecord>(entry.record).decision_position == decision)
        outcomes.push_back(std::move(entry));
    }
  }
  std::ranges::sort(outcomes, {}, [](const LogEntry& entry) { return decision::order_of(entry.position, entry.time); });
  return outcomes;
}

Result<std::vector<LogSegmentPtr>> MongoDecisionLog::segments_with_call(std::string_view route, std::string_view key,
                                                                        Time since) {
  const auto keys = call_keys_since(route, key, since, clock_.now());
  if (!is_alone()) {
    auto segments = collection_.with_call(keys);
    if (segments || !goes_on_without(tl::unexpected(segments.error()))) return segments;
  }
  std::vector<LogSegmentPtr> found;
  for (const auto& segment : recent_.all()) {
    const auto has = [&](const std::string& call) { return std::ranges::find(keys, call) != keys.end(); };
    if (std::ranges::any_of(segment->calls, has)) found.push_back(segment);
  }
  return found;
}

Result<std::optional<LogEntry>> MongoDecisionLog::find_call(std::string_view route, std::string_view key, Time since) {
  TRY(const auto segments, segments_with_call(route, key, since));
  std::optional<LogEntry> newest;
  for (const auto& segment : segments) {
    TRY(const auto records, store::records_of(*segment));
    for (const auto& record : records) {
      if (record.time < since || (newest && record.time < newest->time)) continue;
      TRY(auto entry, store::decode_entry(record));
      if (is_of_call(entry.record, route, key)) newest = std::move(entry);
    }
  }
  return newest;
}

Result<store::DecisionPage> MongoDecisionLog::query(const store::DecisionQuery& query) {
  std::optional<LogEntry> before;
  if (query.before) {
    TRY(before, entry(*query.before));
  }
  std::vector<std::uint32_t> nodes;
  {
    const std::lock_guard lock(mutex_);
    nodes = nodes_;
  }
  return list_decisions(collection_, nodes, query, before ? &*before : nullptr);
}

Status MongoDecisionLog::save_checkpoint(const store::Checkpoint& checkpoint) {
  return adapters::save_checkpoint(connection_, database_, checkpoint);
}

Result<std::optional<store::Checkpoint>> MongoDecisionLog::load_checkpoint(std::uint32_t campaign) {
  return adapters::load_checkpoint(connection_, database_, campaign);
}

}  // namespace proffer::adapters
