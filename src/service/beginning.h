// Where folding a campaign begins: with nothing, or, where what came first was pruned, with its last baseline.
#pragma once

#include "base/result.h"
#include "service/fold.h"
#include "store/decision_log.h"

namespace proffer::service {

// With the resets before `ignore_resets_before` ignored. A baseline that was made under settings which learn otherwise
// says nothing to these: then it begins with nothing behind it.
base::Result<Folded> beginning(store::DecisionLog& log, const Definition& definition,
                               decision::LogOrder ignore_resets_before = 0);

// The same for somebody who needs all that was known before a record: an error of kind gone, which says why, where the
// campaign had learned from records that can no longer be folded under this definition.
base::Result<Folded> beginning_before(store::DecisionLog& log, const Definition& definition,
                                      store::LogPosition position);

// Writes the baseline of a campaign as of `up_to`, which must be committed; it reads all up to there.
base::Status write_baseline(store::DecisionLog& log, const Definition& definition, const store::LogVector& up_to);

}  // namespace proffer::service
