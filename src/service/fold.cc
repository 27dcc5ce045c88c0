#include "service/fold.h"

#include <algorithm>
#include <unordered_map>

#include "service/beginning.h"
#include "store/merged_read.h"

namespace proffer::service {
namespace {

// Other kinds than these change nothing.
void fold_record(Learned& learned, const decision::LogEntry& entry) {
  if (const auto* decision = std::get_if<decision::DecisionRecord>(&entry.record)) {
    learned.advance(entry.time);
    learned.contact(*decision, entry.time, entry.position);
  } else if (const auto* outcome = std::get_if<decision::OutcomeRecord>(&entry.record)) {
    learned.outcome(*outcome, entry.time);
  } else if (std::holds_alternative<decision::DefinitionRecord>(entry.record)) {
    learned.end_answers();
  }
}

enum class Step { folded, late, recomputation };

// Of a record that is not in yet.
Step fold_next(Folded& state, const decision::LogEntry& entry) {
  if (decision::order_of(entry.position, entry.time) <= state.last) return Step::late;
  return fold_entry(state, entry) ? Step::folded : Step::recomputation;
}

}  // namespace

std::uint32_t campaign_of(const decision::Record& record) {
  if (std::holds_alternative<decision::BaselineRecord>(record)) return 0;  // no campaign's state changes
  return std::visit([](const auto& r) { return r.campaign; }, record);
}

bool fold_entry(Folded& state, const decision::LogEntry& entry) {
  const auto order = decision::order_of(entry.position, entry.time);
  if (std::holds_alternative<decision::RecomputationRecord>(entry.record) && state.was_reset) return false;
  if (std::holds_alternative<decision::ResetRecord>(entry.record)) {
    if (order > state.ignore_resets_before) {
      state.learned.reset();
      state.was_reset = true;
    }
  } else {
    fold_record(state.learned, entry);
  }
  state.folded.advance(entry.position);
  state.last = order;
  state.newest = entry.time;
  return true;
}

Folded nothing_folded(const Definition& definition) {
  Folded nothing{Learned(definition), definition.created_at};
  return nothing;
}

base::Result<Folded> copy(const Folded& state, const Definition& definition) {
  Folded out{Learned(definition), state.folded, state.last, state.newest, state.was_reset, state.ignore_resets_before};
  TRY_DO(out.learned.decode(state.learned.encode()));
  out.learned.set_definition(definition);
  return out;
}

base::Status fold_log(store::DecisionLog& log, const Definition& definition, Folded& state,
                      const store::LogVector& up_to) {
  return fold_log(log, definition, state, up_to, base::Time::max());
}

base::Status fold_log(store::DecisionLog& log, const Definition& definition, Folded& state,
                      const store::LogVector& up_to, base::Time horizon) {
  while (true) {
    std::optional<decision::LogOrder> restart;
    store::LogVector read;
    const auto visit = [&](const decision::LogEntry& entry) {
      if (entry.time >= horizon) return false;
      read.advance(entry.position);
      if (campaign_of(entry.record) != definition.campaign.number) return true;
      const auto step = fold_next(state, entry);
      if (step == Step::folded) return true;
      restart = step == Step::late ? state.ignore_resets_before : decision::order_of(entry.position, entry.time);
      return false;
    };
    TRY_DO(store::read_merged(log, state.folded, up_to, visit));
    if (!restart) {
      state.folded.advance(horizon == base::Time::max() ? up_to : read);
      return {};
    }
    TRY(state, beginning(log, definition, *restart));  // without the resets before the recomputation
  }
}

base::Status fold_log(store::DecisionLog& log, std::span<Unfolded> campaigns, const store::LogVector& up_to,
                      base::Time horizon) {
  std::unordered_map<std::uint32_t, Unfolded*> by_number;
  store::LogVector from = up_to;
  for (auto& campaign : campaigns) {
    by_number.emplace(campaign.definition->campaign.number, &campaign);
    from = store::LogVector::common(from, campaign.state.folded);
  }
  store::LogVector read;
  const auto visit = [&](const decision::LogEntry& entry) {
    if (entry.time >= horizon) return false;
    read.advance(entry.position);
    const auto found = by_number.find(campaign_of(entry.record));
    if (found == by_number.end() || found->second->state.folded.holds(entry.position)) return true;
    if (fold_next(found->second->state, entry) != Step::folded) by_number.erase(found);  // left for the second round
    return true;
  };
  TRY_DO(store::read_merged(log, from, up_to, visit));
  for (auto& campaign : campaigns) {
    if (by_number.contains(campaign.definition->campaign.number)) {
      campaign.state.folded.advance(horizon == base::Time::max() ? up_to : read);
    } else {
      TRY_DO(fold_log(log, *campaign.definition, campaign.state, up_to, horizon));
    }
  }
  return {};
}

}  // namespace proffer::service
