#include "service/merging.h"

#include <algorithm>
#include <memory>

#include "base/limits.h"
#include "base/log.h"
#include "store/merged_read.h"

namespace proffer::service {
namespace {

constexpr std::size_t folded_in_place = 256;  // records: some hundred microseconds under the campaign's lock

decision::LogOrder order_of(const EntryPtr& entry) { return decision::order_of(entry->position, entry->time); }

// The newest definition among the records; null for none.
const decision::DefinitionRecord* newest_definition(const std::vector<EntryPtr>& entries) {
  const decision::DefinitionRecord* newest = nullptr;
  for (const auto& entry : entries) {
    const auto* definition = std::get_if<decision::DefinitionRecord>(&entry->record);
    if (definition != nullptr && (newest == nullptr || definition->version >= newest->version)) newest = definition;
  }
  return newest;
}

// Takes from the queue what is not in `live` yet and stands before `now`: what this node writes from then on comes
// behind it, whatever the other nodes' clocks say.
std::vector<EntryPtr> take_ready(std::vector<EntryPtr>& queue, const LiveCampaign& live, base::Time now) {
  std::ranges::stable_sort(queue, {}, order_of);
  const auto later = std::ranges::find_if(queue, [&](const EntryPtr& entry) { return entry->time >= now; });
  std::vector<EntryPtr> ready(queue.begin(), later);
  queue.erase(queue.begin(), later);
  std::erase_if(ready, [&](const EntryPtr& entry) { return live.folded.holds(entry->position); });
  return ready;
}

std::vector<EntryPtr> merged(const std::vector<EntryPtr>& one, const std::vector<EntryPtr>& other) {
  std::vector<EntryPtr> out;
  out.reserve(one.size() + other.size());
  std::ranges::merge(one, other, std::back_inserter(out), {}, order_of, order_of);
  return out;
}

bool fold_all(Folded& state, std::span<const EntryPtr> entries) {
  return std::ranges::all_of(entries, [&](const EntryPtr& entry) { return fold_entry(state, *entry); });
}

}  // namespace

Merging::Merging(const Ports& ports, Campaigns& campaigns, Learning& learning, base::Metrics& metrics)
    : ports_(ports),
      campaigns_(campaigns),
      learning_(learning),
      merged_(metrics.counter("proffer_merged_records_total", "Records of other nodes that were folded")),
      folded_anew_(metrics.counter("proffer_folded_anew_total",
                                   "Campaigns folded anew from the log, as a record of another node came late")) {}

void Merging::begin() {
  const std::lock_guard lock(running_);
  read_ = ports_.log.ends();
}

base::Status Merging::run() {
  const std::lock_guard lock(running_);
  TRY_DO(read());
  base::Status status;
  const auto keep_first = [&](base::Status next) {
    if (status) status = std::move(next);
  };
  for (auto one = waiting_.begin(); one != waiting_.end();) {
    auto& [campaign, queue] = *one;
    const auto before = queue.size();
    keep_first(take_in(campaign, queue));
    waiting_records_ -= before - queue.size();
    one = queue.empty() ? waiting_.erase(one) : std::next(one);
  }
  for (const auto& live : campaigns_.all()) keep_first(settle(*live));
  return status;
}

base::Status Merging::read() {
  TRY_DO(ports_.log.refresh());
  auto ends = ports_.log.ends();
  ends.remove(decision::node_of(ports_.log.committed()));
  store::LogVector read = read_;
  auto status = store::read_merged(ports_.log, read_, ends, [&](const decision::LogEntry& entry) {
    if (waiting_records_ >= base::limits::waiting_records) return false;
    read.advance(entry.position);
    if (std::holds_alternative<decision::ErasureRecord>(entry.record)) forget_customer();
    waiting_[campaign_of(entry.record)].push_back(std::make_shared<decision::LogEntry>(entry));
    ++waiting_records_;
    return true;
  });
  read_ = std::move(read);
  note_mark();
  return status;
}

// A customer was given another name in the log: what was folded with the old one is folded anew.
void Merging::forget_customer() {
  ports_.log.forget_recent();
  for (const auto& live : campaigns_.all()) to_fold_anew_.insert(live->current()->campaign.number);
}

void Merging::note_mark() {
  const auto now = ports_.clock.now();
  if (!marks_.empty() && now - marks_.back().at < base::limits::settling) return;
  auto all = read_;
  all.advance(ports_.log.committed());
  marks_.push_back({now, std::move(all)});
  if (marks_.size() > 4) marks_.pop_front();
}

base::Status Merging::take_in(std::uint32_t campaign, Queue& queue) {
  if (const auto* const newest = newest_definition(queue)) {
    TRY(const bool defined, define(campaign, decision::DefinitionRecord(*newest), queue));
    if (!defined || queue.empty()) return {};
  }
  const auto live = campaigns_.find(campaign);
  if (!live) {  // deleted, or no campaign's
    queue.clear();
    return {};
  }
  const std::unique_lock editing(live->editing, std::try_to_lock);
  return editing ? merge(*live, queue) : base::Status{};
}

// Another node has made, changed or deleted a campaign. False: not now.
base::Result<bool> Merging::define(std::uint32_t campaign, const decision::DefinitionRecord& newest, Queue& queue) {
  const std::unique_lock changing(campaigns_.changing(), std::try_to_lock);
  if (!changing) return false;
  const auto live = campaigns_.find(campaign);
  if (newest.deleted) {
    if (live) campaigns_.remove(*live);
    queue.clear();
    return true;
  }
  if (live) return change(*live, newest.version, queue);
  TRY(auto definition, load_definition(ports_.documents, ports_.hooks, campaign, newest.version));
  TRY(auto loaded, learning_.load(std::move(definition)));
  merged_.add(queue.size());
  queue.clear();
  campaigns_.add(std::move(loaded));
  return true;
}

base::Result<bool> Merging::change(LiveCampaign& live, std::uint32_t version, Queue& queue) {
  const std::unique_lock editing(live.editing, std::try_to_lock);
  if (!editing) return false;
  const auto current = live.current();
  if (version <= current->campaign.version) return true;
  TRY(auto next, load_definition(ports_.documents, ports_.hooks, current->campaign.number, version));
  if (!same_fold(*current, *next)) {
    TRY_DO(learning_.fold_anew(live, next));
    merged_.add(queue.size());
    queue.clear();
    return true;
  }
  live.settled->learned.set_definition(*next);
  const std::lock_guard lock(live.mutex);
  live.learned.set_definition(*next);
  live.definition = std::move(next);
  return true;
}

base::Status Merging::merge(LiveCampaign& live, Queue& queue) {
  const auto definition = live.current();
  if (to_fold_anew_.contains(definition->campaign.number)) TRY_DO(fold_anew(live, definition));
  Queue ready, recent;
  base::Time now;
  {
    const std::lock_guard lock(live.mutex);
    now = ports_.clock.now();
    ready = take_ready(queue, live, now);
    if (ready.empty()) return {};
    recent.assign(live.recent.begin(), live.recent.end());
    merged_.add(ready.size());
    if (order_of(ready.front()) > live.last && ready.size() <= folded_in_place) {
      live.recent.insert(live.recent.end(), ready.begin(), ready.end());
      if (fold_all(live, ready)) return {};
      to_fold_anew_.insert(definition->campaign.number);  // half of them are in
    }
  }
  const bool late = order_of(ready.front()) <= live.settled->last;
  if (late || to_fold_anew_.contains(definition->campaign.number)) return fold_anew(live, definition);
  return merge_between(live, definition, ready, recent, now - base::limits::settling);
}

// `recent` is what the campaign held when it was looked at; this node's own records may have come behind it since.
base::Status Merging::merge_between(LiveCampaign& live, const DefinitionPtr& definition, const Queue& ready,
                                    const Queue& recent, base::Time horizon) {
  const auto all = merged(recent, ready);
  const auto unsettled = std::ranges::find_if(all, [&](const EntryPtr& entry) { return entry->time >= horizon; });
  if (!fold_all(*live.settled, {all.begin(), unsettled})) return fold_anew(live, definition);
  auto state = copy(*live.settled, *definition);
  if (!state || !fold_all(*state, {unsettled, all.end()})) return fold_anew(live, definition);
  const std::lock_guard lock(live.mutex);
  std::deque<EntryPtr> rest(unsettled, all.end());
  for (auto own = live.recent.begin() + static_cast<std::ptrdiff_t>(recent.size()); own != live.recent.end(); ++own) {
    fold_entry(*state, **own);
    rest.push_back(*own);
  }
  state->folded.advance(live.folded);
  live.put_in_force(std::move(*state));
  live.recent = std::move(rest);
  return {};
}

// A failure is made up for at the next run.
base::Status Merging::fold_anew(LiveCampaign& live, const DefinitionPtr& definition) {
  to_fold_anew_.insert(definition->campaign.number);
  TRY_DO(learning_.fold_anew(live, definition));
  to_fold_anew_.erase(definition->campaign.number);
  folded_anew_.add();
  return {};
}

// Moves what is not recent any more into the settled state.
base::Status Merging::settle(LiveCampaign& live) {
  const std::unique_lock editing(live.editing, std::try_to_lock);
  if (!editing || !live.settled) return {};
  const auto definition = live.current();
  if (to_fold_anew_.contains(definition->campaign.number)) return fold_anew(live, definition);
  const auto horizon = ports_.clock.now() - base::limits::settling;
  Queue old;
  {
    const std::lock_guard lock(live.mutex);
    for (const auto& entry : live.recent) {
      if (entry->time >= horizon) break;
      old.push_back(entry);
    }
  }
  if (!fold_all(*live.settled, old)) return fold_anew(live, definition);
  const std::lock_guard lock(live.mutex);
  live.recent.erase(live.recent.begin(), live.recent.begin() + static_cast<std::ptrdiff_t>(old.size()));
  raise(live);
  return {};
}

// A settled state includes what was read a while ago, also of other campaigns: a start need not read it again.
void Merging::raise(LiveCampaign& live) {
  if (waiting_.contains(live.definition->campaign.number)) return;
  const auto settled = ports_.clock.now() - 2 * base::limits::settling;
  for (auto mark = marks_.rbegin(); mark != marks_.rend(); ++mark) {
    if (mark->at >= settled) continue;
    const auto is_held = [&](const EntryPtr& entry) { return mark->read.holds(entry->position); };
    if (std::ranges::none_of(live.recent, is_held)) live.settled->folded.advance(mark->read);
    return;
  }
}

}  // namespace proffer::service
