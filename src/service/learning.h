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
  base::Result<store::LogPosition> commit_with_reset(const store::Reservation& reservation,
                                                     decision::DefinitionRecord record);
  base::Result<Folded> from_checkpoint(const Definition& definition);
  base::Result<store::LogPosition> commit_now(const store::Reservation& reservation, decision::Record record);

  Ports ports_;
  Campaigns& campaigns_;
  base::Counter& recomputations_;
  std::atomic<store::LogPosition> checkpointed_{0};
  std::mutex due_mutex_;
  std::map<std::uint32_t, base::Time> recomputed_;  // when each campaign was, by number
};

}  // namespace proffer::service
