// A campaign in service: its current definition and its arms, which change with every record.
//
// Learning at once means that the decisions of one campaign form a sequence: each is made with all before it folded in.
// `mutex` is held from the reservation of a log position until the record is folded, some microseconds; different
// campaigns do not wait for each other.
#pragma once

#include <memory>
#include <mutex>

#include "service/learned.h"

namespace proffer::service {

struct LiveCampaign {
  LiveCampaign(DefinitionPtr first, Learned nothing, store::LogPosition position)
      : definition(std::move(first)), learned(std::move(nothing)), folded(position) {}

  std::mutex editing;  // held by changes of the definition, one at a time; taken before `mutex`
  std::mutex mutex;    // guards all below
  DefinitionPtr definition;
  Learned learned;
  store::LogPosition folded = 0;  // the last position of this campaign's records in `learned`
  bool was_reset = false;         // a reset is in force since the last recomputation

  DefinitionPtr current() {
    const std::lock_guard lock(mutex);
    return definition;
  }
};

using LiveCampaignPtr = std::shared_ptr<LiveCampaign>;

}  // namespace proffer::service
