#include "adapters/mongodb/log_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"

namespace proffer::adapters {
namespace {

using base::ErrorKind;
using base::Result;
using base::Status;
using store::PendingRecord;
using store::Reservation;

// A document's bytes as the library sees them, without a copy.
class View {
 public:
  explicit View(std::string_view bytes) {
    valid_ = bson_init_static(&bson_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  bool valid() const { return valid_; }
  const bson_t* get() const { return &bson_; }

 private:
  bson_t bson_;
  bool valid_ = false;
};

Bson copy_of(std::string_view bytes) { return Bson(bson_copy(View(bytes).get())); }

std::string bytes_of(const Bson& document) {
  return {reinterpret_cast<const char*>(bson_get_data(document)), document.bytes()};
}

// A record of no campaign, which changes nothing.
PendingRecord marker(Reservation at) { return store::make_pending(at, decision::RecomputationRecord{}, {}); }

}  // namespace

LogWriter::LogWriter(LogCollection& collection, RecentSegments& recent, MongoNode& node, const base::Clock& clock,
                     bool may_go_alone)
    : collection_(collection),
      recent_(recent),
      node_(node),
      clock_(clock),
      batches_(fmt::format("{}/{}/", node.holder(), clock.now().time_since_epoch().count())),
      may_go_alone_(may_go_alone) {}

Status LogWriter::take_spool(std::unique_ptr<Spool> spool, std::vector<Spool::Entry> spooled) {
  const std::lock_guard lock(mutex_);
  spool_ = std::move(spool);
  for (auto& entry : spooled) {
    if (entry.kind == Spool::Kind::note) {
      notes_.push_back(std::move(entry.bytes));
      continue;
    }
    const View document(entry.bytes);
    if (!document.valid()) return base::fail(ErrorKind::internal, "the spool holds what is no record: keep the file");
    TRY(auto segment, segment_of(document.get()));
    spooled_.push_back({std::move(entry.bytes), std::move(segment)});
  }
  alone_ = !spooled_.empty();
  return {};
}

bool LogWriter::go_alone() {
  if (!may_go_alone_) return false;
  if (!alone_.exchange(true)) base::log::warn("the database is away: records go into the spool");
  return true;
}

std::string LogWriter::next_batch() { return batches_ + std::to_string(++batch_); }

Status LogWriter::commit(std::span<const PendingRecord> batch) {
  if (rewritten_.exchange(false)) {
    return base::fail(ErrorKind::unavailable,
                      "what was recorded without the database is being put in order: try again");
  }
  const auto written = make_segment(batch, next_batch());
  {
    const std::lock_guard lock(mutex_);
    if (alone_) return keep_in_spool(written);
  }
  auto outcome = collection_.insert(written.document, written.segment->first_position, written.segment->batch);
  if (!outcome) {
    const std::lock_guard lock(mutex_);
    return may_go_alone_ ? keep_in_spool(written) : Status(tl::unexpected(outcome.error()));
  }
  if (*outcome == LogCollection::Outcome::taken) {
    return base::fail(ErrorKind::unavailable, "another node has recorded one of these calls: try again");
  }
  recent_.keep(written.segment);
  return {};
}

Status LogWriter::keep_in_spool(const WrittenSegment& written) {
  auto bytes = bytes_of(written.document);
  TRY_DO(spool_->append(Spool::Kind::segment, bytes));
  spooled_.push_back({std::move(bytes), written.segment});
  recent_.keep(written.segment);
  go_alone();
  return {};
}

Status LogWriter::lost_number() const {
  return base::fail(
      ErrorKind::unavailable,
      fmt::format("node {} is another process's now, as this one was away for long: start it again", node_.number()));
}

Result<Reservation> LogWriter::fence(Reservation known) {
  if (is_alone()) return known;
  for (;;) {
    const Reservation at{known.position + 1, std::max(clock_.now(), known.time + base::Micros{1})};
    const auto pending = marker(at);
    const auto written = make_segment(std::span(&pending, 1), next_batch());
    TRY(const auto outcome, collection_.insert(written.document, at.position, written.segment->batch));
    const auto& mine = written.segment;
    if (outcome == LogCollection::Outcome::written) {
      recent_.keep(mine);
      return at;
    }
    TRY(const auto there, collection_.beginning_at(std::span(&at.position, 1)));
    if (there.empty()) return base::fail(ErrorKind::unavailable, "the log's next place is neither free nor taken");
    if (!there.front()->batch.starts_with(node_.holder())) return tl::unexpected(lost_number().error());
    recent_.keep(there.front());
    known = {there.front()->end_position() - 1, there.front()->last_time};
  }
}

Status LogWriter::drain() {
  for (;;) {
    Spooled front;
    {
      const std::lock_guard lock(mutex_);
      if (spooled_.empty()) break;
      front = spooled_.front();
    }
    TRY_DO(drain_one(front));
    pop_front();
  }
  return is_alone() ? come_back() : Status{};
}

Status LogWriter::come_back() {
  const store::LogPosition none[] = {0};
  TRY_DO(collection_.beginning_at(none));  // does it answer?
  const std::lock_guard lock(mutex_);
  if (!spooled_.empty()) return {};
  TRY_DO(clear_when_empty());
  alone_ = false;
  base::log::info("the database is back, and has what was spooled");
  return {};
}

// Its place is this node's alone; but others may have recorded one of its calls, or one of its acceptances, meanwhile.
Status LogWriter::drain_one(const Spooled& front) {
  const auto position = front.segment->first_position;
  TRY(auto outcome, collection_.insert(copy_of(front.bytes), position, front.segment->batch));
  if (outcome == LogCollection::Outcome::written) return {};
  TRY(const auto there, collection_.beginning_at(std::span(&position, 1)));
  if (!there.empty()) {
    if (there.front()->batch == front.segment->batch + "/rest") return {};
    return lost_number();
  }
  TRY(const auto rest, without_repeats(*front.segment));
  TRY(outcome, collection_.insert(rest.document, position, rest.segment->batch));
  if (outcome == LogCollection::Outcome::taken)
    return base::fail(ErrorKind::unavailable, "a spooled record was recorded by another node just now: trying again");
  recent_.forget(node_.number());
  rewritten_ = true;
  return {};
}

void LogWriter::pop_front() {
  const std::lock_guard lock(mutex_);
  spooled_.pop_front();
}

Status LogWriter::clear_when_empty() { return spooled_.empty() && notes_.empty() ? spool_->clear() : Status{}; }

Result<bool> LogWriter::was_recorded(const decision::CallKey& call, base::Time time) {
  TRY(const auto found, collection_.with_call(call_keys(call.route, call.key, time)));
  return !found.empty();
}

Result<decision::Record> LogWriter::without_repeats(const decision::LogEntry& entry) {
  auto record = entry.record;
  const auto* const call = std::visit(
      [](const auto& r) -> const decision::CallKey* {
        if constexpr (requires { r.call; }) return r.call ? &*r.call : nullptr;
        return nullptr;
      },
      record);
  if (call != nullptr) {
    TRY(const bool recorded, was_recorded(*call, entry.time));
    if (recorded) return decision::Record(decision::RecomputationRecord{});
  }
  if (auto* outcome = std::get_if<decision::OutcomeRecord>(&record)) {
    std::vector<decision::Accepted> fresh;
    for (const auto& accepted : outcome->accepted) {
      TRY(const auto found, collection_.with_acceptances({acceptance_key(outcome->decision_position, accepted.place)}));
      if (found.empty()) fresh.push_back(accepted);
    }
    outcome->accepted = std::move(fresh);
  }
  return record;
}

Result<WrittenSegment> LogWriter::without_repeats(const LogSegment& segment) {
  std::vector<PendingRecord> records;
  TRY(const auto stored, store::records_of(segment));
  for (const auto& one : stored) {
    TRY(const auto entry, store::decode_entry(one));
    TRY(auto record, without_repeats(entry));
    records.push_back(store::make_pending({one.position, one.time}, std::move(record), {}));
  }
  return make_segment(records, segment.batch + "/rest");
}

std::vector<LogSegmentPtr> LogWriter::spooled_from(store::LogPosition position) const {
  const std::lock_guard lock(mutex_);
  std::vector<LogSegmentPtr> found;
  for (const auto& one : spooled_) {
    if (one.segment->end_position() > position) found.push_back(one.segment);
  }
  return found;
}

std::size_t LogWriter::spooled_bytes() const {
  const std::lock_guard lock(mutex_);
  return spool_->bytes();
}

Status LogWriter::set_aside(std::string_view note) {
  const std::lock_guard lock(mutex_);
  if (!may_go_alone_) return base::fail(ErrorKind::unavailable, "the database is away");
  TRY_DO(spool_->append(Spool::Kind::note, note));
  notes_.emplace_back(note);
  return {};
}

Status LogWriter::visit_aside(const std::function<Status(std::string_view)>& look) {
  std::deque<std::string> notes;
  {
    const std::lock_guard lock(mutex_);
    if (alone_) return {};
    notes = notes_;
  }
  Status first;
  for (const auto& note : notes) {
    const auto looked = look(note);
    if (!looked && first) first = looked;
    if (!looked) continue;
    const std::lock_guard lock(mutex_);
    notes_.erase(std::ranges::find(notes_, note));
  }
  const std::lock_guard lock(mutex_);
  TRY_DO(clear_when_empty());
  return first;
}

}  // namespace proffer::adapters
