#include "service/fold.h"

#include <algorithm>
#include <unordered_map>

namespace proffer::service {
namespace {

// Which campaign a record belongs to; 0 for none.
std::uint32_t campaign_of(const decision::Record& record) {
  return std::visit([](const auto& r) { return r.campaign; }, record);
}

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

// Folds one entry of the campaign. False, with nothing changed, for a recomputation after a reset that was obeyed: then
// all has to be folded anew, ignoring the resets before it.
bool fold_entry(Folded& state, const decision::LogEntry& entry, store::LogPosition ignore_resets_before) {
  if (std::holds_alternative<decision::RecomputationRecord>(entry.record) && state.was_reset) return false;
  if (std::holds_alternative<decision::ResetRecord>(entry.record)) {
    if (entry.position > ignore_resets_before) {
      state.learned.reset();
      state.was_reset = true;
    }
  } else {
    fold_record(state.learned, entry);
  }
  state.position = entry.position;
  return true;
}

}  // namespace

Folded nothing_folded(const Definition& definition) { return {Learned(definition), definition.created_at, false}; }

base::Status fold_log(store::DecisionLog& log, const Definition& definition, Folded& state, store::LogPosition up_to) {
  store::LogPosition ignore_resets_before = 0;
  while (true) {
    store::LogPosition restart = 0;
    const auto visit = [&](const decision::LogEntry& entry) {
      if (campaign_of(entry.record) != definition.campaign.number) return true;
      if (fold_entry(state, entry, ignore_resets_before)) return true;
      restart = entry.position;
      return false;
    };
    TRY_DO(log.read(state.position, up_to, visit));
    if (restart == 0) break;
    state = nothing_folded(definition);
    ignore_resets_before = restart;
  }
  state.position = std::max(state.position, up_to);
  return {};
}

base::Status fold_log(store::DecisionLog& log, std::span<Unfolded> campaigns, store::LogPosition up_to) {
  std::unordered_map<std::uint32_t, Unfolded*> by_number;
  store::LogPosition from = up_to;
  for (auto& campaign : campaigns) {
    by_number.emplace(campaign.definition->campaign.number, &campaign);
    from = std::min(from, campaign.state.position);
  }
  const auto visit = [&](const decision::LogEntry& entry) {
    const auto found = by_number.find(campaign_of(entry.record));
    if (found == by_number.end() || entry.position <= found->second->state.position) return true;
    if (!fold_entry(found->second->state, entry, 0)) by_number.erase(found);  // left for the second round
    return true;
  };
  TRY_DO(log.read(from, up_to, visit));
  for (auto& campaign : campaigns) {
    if (by_number.contains(campaign.definition->campaign.number)) {
      campaign.state.position = std::max(campaign.state.position, up_to);
    } else {
      TRY_DO(fold_log(log, *campaign.definition, campaign.state, up_to));
    }
  }
  return {};
}

}  // namespace proffer::service
