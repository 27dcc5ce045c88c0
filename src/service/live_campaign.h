// A campaign in service: its current definition and what it has learned, which changes with every record.
//
// Learning at once means that the decisions of one campaign form a sequence: each is made with all before it folded in.
// `mutex` is held from the reservation of a log position until the record is folded, some microseconds; different
// campaigns do not wait for each other.
//
// Where other nodes write as well, their records come late, and must be folded between those that are in: so what is
// recent is kept, with the state before it (service/merging.h).
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "service/fold.h"

namespace proffer::service {

using EntryPtr = std::shared_ptr<const decision::LogEntry>;

struct LiveCampaign : Folded {
  LiveCampaign(DefinitionPtr first, Folded state) : Folded(std::move(state)), definition(std::move(first)) {}

  std::mutex editing;  // held by changes of the definition, one at a time; taken before `mutex`
  std::mutex mutex;    // guards what follows, and what stands in Folded
  DefinitionPtr definition;

  // Where other nodes write as well: this state is `settled` and then `recent`, in order. `settled` is guarded by
  // `editing` alone.
  std::unique_ptr<Folded> settled;
  std::deque<EntryPtr> recent;

  // Takes note of a record of this node that was just folded, the last of all.
  void took(const store::Reservation& at, const decision::Record& record) {
    folded.advance(at.position);
    last = decision::order_of(at.position, at.time);
    newest = at.time;
    if (settled)
      recent.push_back(std::make_shared<decision::LogEntry>(decision::LogEntry{at.position, at.time, record}));
  }

  void put_in_force(Folded state) { static_cast<Folded&>(*this) = std::move(state); }

  DefinitionPtr current() {
    const std::lock_guard lock(mutex);
    return definition;
  }
};

using LiveCampaignPtr = std::shared_ptr<LiveCampaign>;

}  // namespace proffer::service
