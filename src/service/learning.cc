#include "service/learning.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <set>

#include "base/log.h"

namespace proffer::service {
namespace {

// A checkpoint holds the arms and whether a reset is in force.
std::string encode(const LiveCampaign& live) {
  std::string state(1, live.was_reset ? '\1' : '\0');
  return state + live.learned.encode();
}

base::Result<Folded> decode(const Definition& definition, const store::Checkpoint& checkpoint) {
  if (checkpoint.state.empty()) return base::fail(base::ErrorKind::internal, "an empty checkpoint");
  Folded folded = nothing_folded(definition);
  TRY_DO(folded.learned.decode(std::string_view(checkpoint.state).substr(1)));
  folded.learned.set_definition(definition);
  folded.position = checkpoint.position;
  folded.was_reset = checkpoint.state.front() == '\1';
  return folded;
}

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

void put_in_force(LiveCampaign& live, Folded folded) {
  live.learned = std::move(folded.learned);
  live.folded = folded.position;
  live.was_reset = folded.was_reset;
}

LiveCampaignPtr live_campaign(const DefinitionPtr& definition, Folded folded) {
  auto live = std::make_shared<LiveCampaign>(definition, std::move(folded.learned), folded.position);
  live->was_reset = folded.was_reset;
  return live;
}

}  // namespace

Learning::Learning(const Ports& ports, Campaigns& campaigns, base::Metrics& metrics)
    : ports_(ports),
      campaigns_(campaigns),
      recomputations_(metrics.counter("proffer_recomputations_total", "Campaigns folded anew from the log")) {}

base::Result<Folded> Learning::from_checkpoint(const Definition& definition) {
  TRY(const auto checkpoint, ports_.log.load_checkpoint(definition.campaign.number));
  if (!checkpoint || checkpoint->position > ports_.log.committed()) return nothing_folded(definition);
  auto folded = decode(definition, *checkpoint);
  if (folded) return folded;
  base::log::info("campaign {}: the checkpoint does not fit ({}); folding the log instead", definition.campaign.name,
                  folded.error().message);
  return nothing_folded(definition);
}

base::Status Learning::load_all() {
  TRY(const auto definitions, load_definitions(ports_.documents, ports_.hooks));
  const auto committed = ports_.log.committed();
  std::vector<Unfolded> campaigns;
  for (const auto& definition : definitions) {
    TRY(auto folded, from_checkpoint(*definition));
    campaigns.push_back({definition, std::move(folded)});
  }
  TRY_DO(fold_log(ports_.log, campaigns, committed));
  std::vector<LiveCampaignPtr> loaded;
  loaded.reserve(campaigns.size());
  for (auto& campaign : campaigns) {
    loaded.push_back(live_campaign(campaign.definition, std::move(campaign.state)));
  }
  campaigns_.replace_all(std::move(loaded));
  checkpointed_ = committed;
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
      TRY(auto folded, from_checkpoint(*definition));
      TRY_DO(fold_log(ports_.log, *definition, folded, ports_.log.committed()));
      campaigns_.add(live_campaign(definition, std::move(folded)));
    }
  }
  for (const auto& live : campaigns_.all()) {
    if (!stored.contains(live->current()->campaign.number)) campaigns_.remove(*live);
  }
  return {};
}

// Appends a record to its reservation and waits until it is committed; so are then all records reserved before it.
base::Result<store::LogPosition> Learning::commit_now(const store::Reservation& reservation, decision::Record record) {
  Waiter waiter;
  ports_.log.append(reservation, std::move(record), waiter.done());
  TRY_DO(waiter.wait());
  return reservation.position;
}

// The definition and, after it, the reset: whoever reads the log meets the new options before they are reset. The
// second is appended first, so that with nothing between them both are one commit.
base::Result<store::LogPosition> Learning::commit_with_reset(const store::Reservation& reservation,
                                                             decision::DefinitionRecord record) {
  const auto second = ports_.log.reserve();
  if (!second) {  // what was reserved must be appended: a record of no campaign, which changes nothing
    ports_.log.append(reservation, decision::RecomputationRecord{}, [](const base::Status&) {});
    return tl::unexpected(second.error());
  }
  Waiter waiter;
  ports_.log.append(*second, decision::ResetRecord{record.campaign}, waiter.done());
  ports_.log.append(reservation, std::move(record), [](const base::Status&) {});
  TRY_DO(waiter.wait());  // what stands before it is committed then too
  return second->position;
}

base::Status Learning::recompute(LiveCampaign& live) {
  const std::lock_guard editing(live.editing);
  const auto definition = live.current();
  Folded folded = nothing_folded(*definition);
  // Resets do not count here: most of the log is read while decisions go on, the rest while they wait.
  const decision::RecomputationRecord record{definition->campaign.number};
  TRY_DO(fold_log(ports_.log, *definition, folded, ports_.log.committed()));
  const std::lock_guard lock(live.mutex);
  TRY(const auto reservation, ports_.log.reserve());
  TRY(const auto position, commit_now(reservation, record));
  TRY_DO(fold_log(ports_.log, *definition, folded, position));
  folded.learned.advance(ports_.clock.now());
  put_in_force(live, std::move(folded));
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
  if (refold) TRY_DO(fold_log(ports_.log, *next, folded, ports_.log.committed()));
  const std::lock_guard lock(live.mutex);
  TRY(const auto reservation, ports_.log.reserve());
  TRY(const auto position,
      reset ? commit_with_reset(reservation, std::move(record)) : commit_now(reservation, std::move(record)));
  if (refold) {
    TRY_DO(fold_log(ports_.log, *next, folded, position));
    put_in_force(live, std::move(folded));
  } else {
    if (reset) {
      live.learned.reset();
      live.was_reset = true;
    }
    live.learned.set_definition(*next);
    live.learned.end_answers();
    live.folded = position;
  }
  live.definition = std::move(next);
  return {};
}

base::Status Learning::save_checkpoints(std::uint64_t due) {
  const auto committed = ports_.log.committed();
  if (committed - std::min(committed, checkpointed_.load()) < due) return {};
  std::vector<store::Checkpoint> checkpoints;
  for (const auto& live : campaigns_.all()) {
    const std::lock_guard lock(live->mutex);
    // Every record of this campaign up to `committed` is folded, and maybe some that are not committed yet.
    checkpoints.push_back({live->definition->campaign.number, std::max(live->folded, committed), encode(*live)});
  }
  TRY_DO(ports_.log.flush());
  for (const auto& checkpoint : checkpoints) {
    if (checkpoint.position > ports_.log.committed()) continue;  // its last records failed: not to be kept
    TRY_DO(ports_.log.save_checkpoint(checkpoint));
  }
  checkpointed_ = committed;
  return {};
}

base::Status Learning::recover() {
  for (const auto& live : campaigns_.all()) {
    const std::lock_guard editing(live->editing);
    const std::lock_guard lock(live->mutex);
    TRY(auto folded, from_checkpoint(*live->definition));
    TRY_DO(fold_log(ports_.log, *live->definition, folded, ports_.log.committed()));
    put_in_force(*live, std::move(folded));
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
