// The fold: from log records to what was learned.
#pragma once

#include <span>

#include "base/result.h"
#include "decision/record.h"
#include "service/definition.h"
#include "service/learned.h"

namespace proffer::service {

// What a campaign has learned up to some records.
struct Folded {
  Learned learned;
  store::LogVector folded;                      // the records that are in, as far as they are this campaign's
  decision::LogOrder last = 0;                  // the place of the last of them
  base::Time newest = base::Time::min();        // and its time
  bool was_reset = false;                       // a reset is in force since the last recomputation
  decision::LogOrder ignore_resets_before = 0;  // a recomputation that is in, or comes
};

// A state that holds nothing yet, standing before the campaign's first record.
Folded nothing_folded(const Definition& definition);
// The same state once more.
base::Result<Folded> copy(const Folded& state, const Definition& definition);

// Folds one record of the campaign, which must stand behind all that are in. False, with nothing changed, for a
// recomputation after a reset that was obeyed: then all has to be folded anew, ignoring the resets before it.
bool fold_entry(Folded& state, const decision::LogEntry& entry);

// Which campaign a record belongs to; 0 for none.
std::uint32_t campaign_of(const decision::Record& record);

// Folds the campaign's records from the log into `state`, those that `up_to` holds. Where a recomputation or a record
// that comes late asks for it, it starts anew from `definition`.
base::Status fold_log(store::DecisionLog& log, const Definition& definition, Folded& state,
                      const store::LogVector& up_to);
// Only records of before `horizon`.
base::Status fold_log(store::DecisionLog& log, const Definition& definition, Folded& state,
                      const store::LogVector& up_to, base::Time horizon);

// The same for many campaigns in one reading of the log.
struct Unfolded {
  DefinitionPtr definition;
  Folded state;
};
base::Status fold_log(store::DecisionLog& log, std::span<Unfolded> campaigns, const store::LogVector& up_to,
                      base::Time horizon = base::Time::max());

}  // namespace proffer::service
