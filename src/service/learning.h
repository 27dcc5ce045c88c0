// Keeps arms and log together: at start, on demand, after a failed commit, and by checkpoints.
#pragma once

#include <atomic>

#include "base/metrics.h"
#include "base/result.h"
#include "service/campaigns.h"
#include "service/fold.h"
#include "service/ports.h"

namespace proffer::service {

class Learning {
 public:
  Learning(const Ports& ports, Campaigns& campaigns, base::Metrics& metrics);

  // At start: loads every campaign from the store and its arms from checkpoint and log, reading the log once.
  base::Status load_all();

  // In service: takes every definition from the store anew and folds its arms from the log; requests meanwhile use what
  // was there, and on failure so does everything not yet rebuilt.
  base::Status refresh();

  // A campaign that stands before its first record.
  LiveCampaignPtr new_campaign(DefinitionPtr definition);
  // One that another node has made, with what the log holds of it.
  base::Result<LiveCampaignPtr> load(DefinitionPtr definition);
  // Folds a campaign anew without a record that says so, under `next`; `editing` is held. Where other nodes write as
  // well.
  base::Status fold_anew(LiveCampaign& live, DefinitionPtr next);

  // Folds a campaign anew from the log alone, which was changed beneath it, and writes a checkpoint of that.
  base::Status fold_from_log(LiveCampaign& live);
  // Writes down what the campaign had learned from the records that `up_to` holds.
  base::Status write_baseline(LiveCampaign& live, const store::LogVector& up_to);

  // Folds the campaign anew from the whole log, and takes effect at the position of the record that says so.
  base::Status recompute(LiveCampaign& live);
  base::Status recompute_all();

  // Puts `next` in force at the position of `record`. Arms are kept when the learning settings are, else folded anew.
  // `reset`: they are back at their priors from the next position on, in the same commit.
  base::Status change_definition(LiveCampaign& live, DefinitionPtr next, decision::DefinitionRecord record,
                                 bool reset = false);

  // Writes a checkpoint of every campaign when `due` records have come since the last; reads and decisions go on.
  base::Status save_checkpoints(std::uint64_t due);

  // After a failed commit: folds what is committed, drops the rest, and opens the log again.
  base::Status recover();

  // Recomputes campaigns whose learning_interval has passed since `last` they were.
  void recompute_due();

 private:
  base::Status put_definition(LiveCampaign& live, DefinitionPtr next, decision::DefinitionRecord record, bool refold,
                              bool reset = false);
  base::Status commit_with_reset(LiveCampaign& live, const store::Reservation& reservation,
                                 decision::DefinitionRecord record);
  base::Result<Folded> from_checkpoint(const Definition& definition);
  base::Status commit_now(LiveCampaign& live, const store::Reservation& reservation, decision::Record record);
  base::Time horizon() const;
  base::Status save_checkpoint_of(LiveCampaign& live);
  std::optional<store::Checkpoint> checkpoint_of(LiveCampaign& live, const store::LogVector& all);
  base::Status settle(const Definition& definition, Folded& state);
  base::Status replace(LiveCampaign& live, DefinitionPtr next, Folded state);
  base::Status take_over(LiveCampaign& live, const Definition& definition, Folded state);

  Ports ports_;
  Campaigns& campaigns_;
  base::Counter& recomputations_;
  std::atomic<std::uint64_t> checkpointed_{0};  // records of this node
  std::mutex due_mutex_;
  std::map<std::uint32_t, base::Time> recomputed_;  // when each campaign was, by number
};

}  // namespace proffer::service
