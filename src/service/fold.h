// The fold: from log records to what was learned.
#pragma once

#include <span>

#include "base/result.h"
#include "decision/record.h"
#include "service/definition.h"
#include "service/learned.h"

namespace proffer::service {

// What a campaign has learned up to a position.
struct Folded {
  Learned learned;
  store::LogPosition position = 0;  // everything up to here is in
  bool was_reset = false;           // a reset is in force since the last recomputation
};

// Folds the campaign's records from the log into `state`, up to and including `up_to`. Resets before the last
// recomputation do not count; where that changes what is in `state` already, it starts anew from `definition`.
base::Status fold_log(store::DecisionLog& log, const Definition& definition, Folded& state, store::LogPosition up_to);

// The same for many campaigns in one reading of the log.
struct Unfolded {
  DefinitionPtr definition;
  Folded state;
};
base::Status fold_log(store::DecisionLog& log, std::span<Unfolded> campaigns, store::LogPosition up_to);

// A state that holds nothing yet, standing before the campaign's first record.
Folded nothing_folded(const Definition& definition);

}  // namespace proffer::service
