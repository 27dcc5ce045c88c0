#include "service/learning.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <set>

#include "base/limits.h"
#include "base/log.h"
#include "service/beginning.h"
#include "service/folded_codec.h"
#include "store/merged_read.h"

namespace proffer::service {
namespace {

// Waits for one committed record.
class Waiter {
 public:
  store::DecisionLog::Done done() {
    return [this](const base::Status& status) {
      const std::lock_guard lock(mutex_);
      status_ = status;
      finished_ = true;
      changed_.notify_all();
    };
  }
  base::Status wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return finished_; });
    return status_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
  base::Status status_;
};

LiveCampaignPtr live_campaign(const DefinitionPtr& definition, Folded folded) {
  return std::make_shared<LiveCampaign>(definition, std::move(folded));
}

}  // namespace

Learning::Learning(const Ports& ports, Campaigns& campaigns, base::Metrics& metrics)
    : ports_(ports),
      campaigns_(campaigns),
      recomputations_(metrics.counter("proffer_recomputations_total", "Campaigns folded anew from the log")) {}

base::Result<Folded> Learning::from_checkpoint(const Definition& definition) {
  TRY(const auto checkpoint, ports_.log.load_checkpoint(definition.campaign.number));
  TRY(auto begin, beginning(ports_.log, definition));
  if (!checkpoint || !ports_.log.ends().holds(checkpoint->folded)) return begin;
  if (!checkpoint->folded.holds(begin.folded)) return begin;  // what follows on it was pruned
  auto folded = decode_folded(definition, checkpoint->state, checkpoint->folded);
  if (folded) return folded;
  base::log::info("campaign {}: the checkpoint does not fit ({}); folding the log instead", definition.campaign.name,
                  folded.error().message);
  return begin;
}

// Other nodes' records of before this are taken to have come; one that comes later costs folding anew.
base::Time Learning::horizon() const {
  return ports_.log.is_shared() ? ports_.clock.now() - base::limits::settling : base::Time::max();
}

// Folds the log into `state`; where other nodes write as well, only what is settled.
base::Status Learning::settle(const Definition& definition, Folded& state) {
  return fold_log(ports_.log, definition, state, ports_.log.ends(), horizon());
}

// Puts `state`, which settle() has made, in force, with what the log holds beyond it. `live.mutex` is held, unless
// nobody else has the campaign yet.
base::Status Learning::take_over(LiveCampaign& live, const Definition& definition, Folded state) {
  if (!ports_.log.is_shared()) {
    TRY_DO(settle(definition, state));
    live.put_in_force(std::move(state));
    return {};
  }
  while (true) {
    const auto ends = ports_.log.ends();
    TRY(Folded now, copy(state, definition));
    std::deque<EntryPtr> recent;
    std::optional<decision::LogOrder> restart;
    TRY_DO(store::read_merged(ports_.log, state.folded, ends, [&](const decision::LogEntry& entry) {
      if (campaign_of(entry.record) != definition.campaign.number) return true;
      const auto order = decision::order_of(entry.position, entry.time);
      if (order <= now.last) restart = now.ignore_resets_before;
      if (!restart && !fold_entry(now, entry)) restart = order;
      recent.push_back(std::make_shared<decision::LogEntry>(entry));
      return !restart;
    }));
    if (!restart) {
      now.folded.advance(ends);
      live.put_in_force(std::move(now));
      live.recent = std::move(recent);
      live.settled = std::make_unique<Folded>(std::move(state));
      return {};
    }
    TRY(state, beginning(ports_.log, definition, *restart));
    TRY_DO(settle(definition, state));
  }
}

LiveCampaignPtr Learning::new_campaign(DefinitionPtr definition) {
  auto live = live_campaign(definition, nothing_folded(*definition));
  if (ports_.log.is_shared()) live->settled = std::make_unique<Folded>(nothing_folded(*definition));
  return live;
}

base::Result<LiveCampaignPtr> Learning::load(DefinitionPtr definition) {
  TRY(auto state, from_checkpoint(*definition));
  TRY_DO(settle(*definition, state));
  auto live = new_campaign(definition);
  TRY_DO(take_over(*live, *definition, std::move(state)));
  return live;
}

// Folds `state` up to now, and puts it in force under `next`. `editing` is held.
base::Status Learning::replace(LiveCampaign& live, DefinitionPtr next, Folded state) {
  TRY_DO(settle(*next, state));
  const std::lock_guard lock(live.mutex);
  // A record of no campaign: when it is committed, so is everything that this node has folded.
  TRY(const auto reservation, ports_.log.reserve(live.newest));
  TRY_DO(commit_now(live, reservation, decision::RecomputationRecord{}));
  TRY_DO(take_over(live, *next, std::move(state)));
  live.definition = std::move(next);
  return {};
}

base::Status Learning::fold_anew(LiveCampaign& live, DefinitionPtr next) {
  TRY(Folded state, from_checkpoint(*next));
  return replace(live, std::move(next), std::move(state));
}

base::Status Learning::fold_from_log(LiveCampaign& live) {
  {
    const std::lock_guard editing(live.editing);
    auto definition = live.current();
    TRY(auto state, beginning(ports_.log, *definition));
    TRY_DO(replace(live, std::move(definition), std::move(state)));
  }
  return save_checkpoint_of(live);
}

base::Status Learning::load_all() {
  TRY(const auto definitions, load_definitions(ports_.documents, ports_.hooks));
  std::vector<Unfolded> campaigns;
  for (const auto& definition : definitions) {
    TRY(auto folded, from_checkpoint(*definition));
    campaigns.push_back({definition, std::move(folded)});
  }
  TRY_DO(fold_log(ports_.log, campaigns, ports_.log.ends(), horizon()));
  std::vector<LiveCampaignPtr> loaded;
  loaded.reserve(campaigns.size());
  for (auto& campaign : campaigns) {
    loaded.push_back(new_campaign(campaign.definition));
    TRY_DO(take_over(*loaded.back(), *campaign.definition, std::move(campaign.state)));
  }
  campaigns_.replace_all(std::move(loaded));
  checkpointed_ = decision::record_of(ports_.log.committed());
  return {};
}

base::Status Learning::refresh() {
  const std::lock_guard changing(campaigns_.changing());
  TRY(const auto definitions, load_definitions(ports_.documents, ports_.hooks));
  std::set<std::uint32_t> stored;
  for (const auto& definition : definitions) {
    stored.insert(definition->campaign.number);
    if (const auto live = campaigns_.find(definition->campaign.number)) {
      const std::lock_guard editing(live->editing);
      if (definition->campaign.version < live->current()->campaign.version) continue;  // changed since it was read
      TRY_DO(put_definition(*live, definition, {definition->campaign.number, definition->campaign.version, false, {}},
                            true));
    } else {
      TRY(auto loaded, load(definition));
      campaigns_.add(std::move(loaded));
    }
  }
  for (const auto& live : campaigns_.all()) {
    if (!stored.contains(live->current()->campaign.number)) campaigns_.remove(*live);
  }
  return {};
}

// Appends a record to its reservation, waits until it is committed (so are then all records reserved before it), and
// folds it. A recomputation is not folded: whoever writes it folds all anew.
base::Status Learning::commit_now(LiveCampaign& live, const store::Reservation& reservation, decision::Record record) {
  Waiter waiter;
  ports_.log.append(reservation, record, waiter.done());
  TRY_DO(waiter.wait());
  if (std::holds_alternative<decision::RecomputationRecord>(record)) return {};
  fold_entry(live, {reservation.position, reservation.time, record});
  live.took(reservation, record);
  return {};
}

// The definition and, after it, the reset: whoever reads the log meets the new options before they are reset. The
// second is appended first, so that with nothing between them both are one commit.
base::Status Learning::commit_with_reset(LiveCampaign& live, const store::Reservation& reservation,
                                         decision::DefinitionRecord record) {
  const auto second = ports_.log.reserve(live.newest);
  if (!second) {  // what was reserved must be appended: a record of no campaign, which changes nothing
    ports_.log.append(reservation, decision::RecomputationRecord{}, [](const base::Status&) {});
    return tl::unexpected(second.error());
  }
  Waiter waiter;
  const decision::ResetRecord reset{record.campaign};
  ports_.log.append(*second, reset, waiter.done());
  ports_.log.append(reservation, record, [](const base::Status&) {});
  TRY_DO(waiter.wait());  // what stands before it is committed then too
  fold_entry(live, {reservation.position, reservation.time, record});
  live.took(reservation, record);
  fold_entry(live, {second->position, second->time, reset});
  live.took(*second, reset);
  return {};
}

base::Status Learning::recompute(LiveCampaign& live) {
  const std::lock_guard editing(live.editing);
  const auto definition = live.current();
  TRY(auto folded, beginning(ports_.log, *definition));
  // Resets do not count here: most of the log is read while decisions go on, the rest while they wait.
  TRY_DO(settle(*definition, folded));
  const std::lock_guard lock(live.mutex);
  TRY(const auto reservation, ports_.log.reserve(live.newest));
  TRY_DO(commit_now(live, reservation, decision::RecomputationRecord{definition->campaign.number}));
  TRY_DO(take_over(live, *definition, std::move(folded)));
  live.learned.advance(ports_.clock.now());
  recomputations_.add();
  return {};
}

base::Status Learning::recompute_all() {
  for (const auto& live : campaigns_.all()) TRY_DO(recompute(*live));
  return {};
}

base::Status Learning::change_definition(LiveCampaign& live, DefinitionPtr next, decision::DefinitionRecord record,
                                         bool reset) {
  const bool refold = !same_fold(*live.current(), *next);
  return put_definition(live, std::move(next), std::move(record), refold, reset);
}

base::Status Learning::put_definition(LiveCampaign& live, DefinitionPtr next, decision::DefinitionRecord record,
                                      bool refold, bool reset) {
  Folded folded = nothing_folded(*next);
  if (refold) {
    TRY(folded, beginning(ports_.log, *next));
    TRY_DO(settle(*next, folded));
  }
  const std::lock_guard lock(live.mutex);
  TRY(const auto reservation, ports_.log.reserve(live.newest));
  TRY_DO(reset ? commit_with_reset(live, reservation, std::move(record))
               : commit_now(live, reservation, std::move(record)));
  if (refold) {
    TRY_DO(take_over(live, *next, std::move(folded)));
  } else {
    live.learned.set_definition(*next);
    if (live.settled) live.settled->learned.set_definition(*next);
  }
  live.definition = std::move(next);
  return {};
}

// What a checkpoint of the campaign is to hold; nothing where it cannot be told now.
std::optional<store::Checkpoint> Learning::checkpoint_of(LiveCampaign& live, const store::LogVector& all) {
  const std::lock_guard editing(live.editing);
  const std::lock_guard lock(live.mutex);
  const auto number = live.definition->campaign.number;
  if (!live.settled) {
    // Every record of this campaign up to `all` is folded, and maybe some that are not committed yet.
    auto folded = live.folded;
    folded.advance(all);
    return store::Checkpoint{number, std::move(folded), encode_folded(live, false)};
  }
  // Resets were ignored for a recomputation that is not in yet.
  if (live.settled->ignore_resets_before > live.settled->last) return std::nullopt;
  return store::Checkpoint{number, live.settled->folded, encode_folded(*live.settled, true)};
}

base::Status Learning::save_checkpoint_of(LiveCampaign& live) {
  auto checkpoint = checkpoint_of(live, ports_.log.ends());
  if (!checkpoint) return {};
  TRY_DO(ports_.log.flush());
  return ports_.log.ends().holds(checkpoint->folded) ? ports_.log.save_checkpoint(*checkpoint) : base::Status{};
}

base::Status Learning::write_baseline(LiveCampaign& live, const store::LogVector& up_to) {
  const std::lock_guard editing(live.editing);
  return service::write_baseline(ports_.log, *live.current(), up_to);
}

base::Status Learning::save_checkpoints(std::uint64_t due) {
  const auto written = decision::record_of(ports_.log.committed());
  if (written - std::min(written, checkpointed_.load()) < due) return {};
  const auto all = ports_.log.ends();
  std::vector<store::Checkpoint> checkpoints;
  for (const auto& live : campaigns_.all()) {
    if (auto checkpoint = checkpoint_of(*live, all)) checkpoints.push_back(std::move(*checkpoint));
  }
  TRY_DO(ports_.log.flush());
  for (const auto& checkpoint : checkpoints) {
    if (!ports_.log.ends().holds(checkpoint.folded)) continue;  // its last records failed: not to be kept
    TRY_DO(ports_.log.save_checkpoint(checkpoint));
  }
  checkpointed_ = written;
  return {};
}

base::Status Learning::recover() {
  TRY_DO(ports_.log.refresh());  // some of what failed may be committed
  for (const auto& live : campaigns_.all()) {
    const std::lock_guard editing(live->editing);
    const std::lock_guard lock(live->mutex);
    TRY(auto folded, from_checkpoint(*live->definition));
    TRY_DO(settle(*live->definition, folded));
    TRY_DO(take_over(*live, *live->definition, std::move(folded)));
  }
  return ports_.log.resume();
}

void Learning::recompute_due() {
  const auto now = ports_.clock.now();
  for (const auto& live : campaigns_.all()) {
    const auto definition = live->current();
    const auto interval = definition->campaign.learning_interval;
    if (interval.count() == 0) continue;
    {
      const std::lock_guard lock(due_mutex_);
      auto& last = recomputed_.try_emplace(definition->campaign.number, now).first->second;
      if (now - last < interval) continue;
      last = now;
    }
    if (auto status = recompute(*live); !status) {
      base::log::warn("campaign {}: not recomputed: {}", definition->campaign.name, status.error().message);
    }
  }
}

}  // namespace proffer::service
