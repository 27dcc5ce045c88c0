#include "store/commit_queue.h"

#include <algorithm>

#include "base/hash.h"
#include "base/limits.h"
#include "store/record_codec.h"

namespace proffer::store {
namespace {

namespace limits = base::limits;
using base::ErrorKind;

constexpr std::size_t first_slots = 256;

// Where the last commit held several records, more are on their way: a moment's wait puts them into one commit, which
// costs less than two. A lone caller never waits.
constexpr std::size_t siblings = 3;
constexpr std::chrono::microseconds gathering{200};

std::unique_ptr<decision::CallKey> take_call(std::optional<decision::CallKey>& call) {
  return call ? std::make_unique<decision::CallKey>(std::move(*call)) : nullptr;
}

void note(PendingRecord& pending, decision::DecisionRecord& record) {
  pending.customer_hash = base::hash_text(record.customer);
  pending.call = take_call(record.call);
}

void note(PendingRecord& pending, decision::OutcomeRecord& record) {
  pending.outcome_of = record.decision_position;
  for (const auto& accepted : record.accepted) pending.places.push_back(accepted.place);
  pending.call = take_call(record.call);
}

void note(PendingRecord& pending, decision::DefinitionRecord& record) { pending.call = take_call(record.call); }
void note(PendingRecord&, decision::RecomputationRecord&) {}
void note(PendingRecord&, decision::ResetRecord&) {}
void note(PendingRecord&, decision::ErasureRecord&) {}

void note(PendingRecord& pending, decision::BaselineRecord& record) {
  pending.campaign = record.campaign;
  if (record.last) pending.baseline_from = record.first == 0 ? pending.at.position : record.first;
}

base::Error too_late() {
  return {ErrorKind::unavailable, "the log failed after this place was reserved, and it is lost", {}};
}

}  // namespace

PendingRecord make_pending(const Reservation& at, decision::Record&& record, DecisionLog::Done done) {
  PendingRecord pending;
  pending.at = at;
  pending.bytes = encode_record(record, at.time);
  std::visit([&](auto& of_its_kind) { note(pending, of_its_kind); }, record);
  pending.done = std::move(done);
  return pending;
}

CommitQueue::CommitQueue(const base::Clock& clock, Reservation last, Commit commit)
    : clock_(clock),
      commit_(std::move(commit)),
      committed_(last.position),
      slots_(first_slots),
      first_(last.position + 1),
      next_(first_),
      settled_(last.position),
      last_time_(last.time) {
  thread_ = std::thread([this] { run(); });
}

CommitQueue::~CommitQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

base::Result<Reservation> CommitQueue::reserve(base::Time after) {
  const std::lock_guard lock(mutex_);
  if (failure_) return tl::unexpected(*failure_);
  if (is_full())
    return base::fail(ErrorKind::unavailable, "the log's queue is full: the disk is slower than what comes");
  if (next_ - first_ == slots_.size()) grow();
  last_time_ = std::max(clock_.now(), std::max(last_time_, after) + base::Micros{1});
  const Reservation at{next_++, last_time_};
  slot(at.position).record.at = at;
  return at;
}

bool CommitQueue::is_full() const {
  return next_ - committed() > limits::log_queue_records || queued_bytes_ > limits::log_queue_bytes;
}

void CommitQueue::grow() {
  std::vector<Slot> larger(slots_.size() * 2);
  for (LogPosition p = first_; p < next_; ++p) larger[p & (larger.size() - 1)] = std::move(slot(p));
  slots_ = std::move(larger);
}

// Times never repeat, so a reservation from before a failure does not fit the place that has its position now.
bool CommitQueue::is_open(const Reservation& at) const {
  if (at.position < first_ || at.position >= next_) return false;
  const Slot& here = slots_[at.position & (slots_.size() - 1)];
  return !here.appended && here.record.at.time == at.time;
}

void CommitQueue::append(PendingRecord record) {
  const Reservation at = record.at;
  bool wake = true;
  {
    const std::lock_guard lock(mutex_);
    if (is_open(at)) {
      queued_bytes_ += record.bytes.size();
      slot(at.position) = {std::move(record), true};
      appended_ = std::max(appended_, at.position);
      wake = at.position == first_;  // behind another place there is nothing to do yet
    } else {
      rejected_.push_back({std::move(record.done), tl::unexpected(failure_.value_or(too_late()))});
    }
  }
  if (wake) work_.notify_one();  // costs nothing while the thread is busy
}

base::Status CommitQueue::flush() {
  std::unique_lock lock(mutex_);
  const LogPosition target = appended_;
  const std::uint64_t failures = failures_;
  settled_changed_.wait(lock, [&] { return settled_ >= target || failures_ != failures; });
  if (failure_) return tl::unexpected(*failure_);
  if (settled_ < target) return tl::unexpected(too_late());
  return {};
}

base::Status CommitQueue::resume(const std::function<base::Result<std::optional<Reservation>>()>& probe) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) return {};
  }
  TRY(const auto last, probe());
  const std::lock_guard lock(mutex_);
  if (last) {
    committed_.store(last->position, std::memory_order_release);
    first_ = next_ = last->position + 1;
    appended_ = settled_ = last->position;
    last_time_ = std::max(last_time_, last->time);
  }
  failure_.reset();
  return {};
}

void CommitQueue::run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return has_work(); });
      if (last_batch_ >= siblings && !stopping_) {
        lock.unlock();
        std::this_thread::sleep_for(gathering);
        lock.lock();
      }
      take_batch();
      last_batch_ = batch_.size();
      if (batch_.empty() && rejected_batch_.empty()) {
        drop_open_slots(tl::unexpected(too_late()));
        lock.unlock();
        return call_back(tl::unexpected(too_late()));
      }
    }
    settle(batch_.empty() ? base::Status{} : commit_(batch_));
  }
}

void CommitQueue::take_batch() {
  rejected_batch_.swap(rejected_);
  std::size_t bytes = 0;
  while (front_is_appended() && batch_.size() < limits::log_batch_records && bytes < limits::log_batch_bytes) {
    Slot& front = slot(first_++);
    front.appended = false;
    bytes += front.record.bytes.size();
    batch_.push_back(std::move(front.record));
  }
  queued_bytes_ -= bytes;
}

void CommitQueue::settle(const base::Status& status) {
  if (status) {
    if (!batch_.empty()) committed_.store(batch_.back().at.position, std::memory_order_release);
  } else {
    const std::lock_guard lock(mutex_);
    failure_ = status.error();
    drop_open_slots(status);
  }
  call_back(status);
  const std::lock_guard lock(mutex_);
  settled_ = committed();
  if (!status) {
    ++failures_;
    appended_ = settled_;
  }
  settled_changed_.notify_all();
}

// Every place behind a failed one fails with it; those not appended yet fail when they are.
void CommitQueue::drop_open_slots(const base::Status& why) {
  for (LogPosition p = first_; p < next_; ++p) {
    Slot& open = slot(p);
    if (open.appended) rejected_batch_.push_back({std::move(open.record.done), why});
    open = {};
  }
  first_ = next_ = committed() + 1;
  queued_bytes_ = 0;
}

void CommitQueue::call_back(const base::Status& status) {
  for (const auto& record : batch_) record.done(status);
  for (const auto& rejected : rejected_batch_) rejected.done(rejected.status);
  batch_.clear();
  rejected_batch_.clear();
}

}  // namespace proffer::store
