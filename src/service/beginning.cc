#include "service/beginning.h"

#include <limits>
#include <string>

#include "base/bytes.h"
#include "base/log.h"
#include "service/folded_codec.h"
#include "store/baseline.h"

namespace proffer::service {
namespace {

using base::Result;
using base::Status;
using decision::LogOrder;

constexpr LogOrder every_reset = std::numeric_limits<LogOrder>::max();

// The campaign as it stood; and, where a reset was in force then, as it would have stood without any.
struct States {
  std::string in_force;
  std::string without_resets;  // empty: the same
};

std::string encode(const States& states) {
  std::string out;
  base::ByteWriter writer(out);
  writer.text(states.in_force);
  writer.text(states.without_resets);
  return out;
}

Result<States> decode(const std::string& bytes) {
  base::ByteReader in(bytes);
  States states;
  states.in_force = in.text();
  states.without_resets = in.text();
  if (in.ok() && in.at_end()) return states;
  return base::fail(base::ErrorKind::internal, "a baseline is damaged");
}

// A recomputation that the baseline includes has done its part.
Result<Folded> from_baseline(const Definition& definition, const store::Baseline& baseline,
                             LogOrder ignore_resets_before) {
  TRY(const auto states, decode(baseline.state));
  TRY(auto state, decode_folded(definition, states.in_force, baseline.folded));
  if (ignore_resets_before <= state.last || states.without_resets.empty()) return state;
  return decode_folded(definition, states.without_resets, baseline.folded);
}

Folded nothing_behind(const Definition& definition, const store::LogVector& folded) {
  Folded nothing = nothing_folded(definition);
  nothing.folded.advance(folded);
  return nothing;
}

Result<Folded> folded_up_to(store::DecisionLog& log, const Definition& definition, const store::LogVector& up_to,
                            LogOrder ignore_resets_before) {
  TRY(auto state, beginning(log, definition, ignore_resets_before));
  TRY_DO(fold_log(log, definition, state, up_to));
  return state;
}

}  // namespace

Result<Folded> beginning(store::DecisionLog& log, const Definition& definition, LogOrder ignore_resets_before) {
  TRY(const auto baseline, store::load_baseline(log, definition.campaign.number));
  Result<Folded> state = baseline ? from_baseline(definition, *baseline, ignore_resets_before)
                                  : Result<Folded>(nothing_folded(definition));
  if (!state) {
    base::log::info("campaign {}: what it had learned up to its baseline does not fit its settings ({}): left out",
                    definition.campaign.name, state.error().message);
    state = nothing_behind(definition, baseline->folded);
  }
  state->ignore_resets_before = ignore_resets_before;
  return state;
}

Result<Folded> beginning_before(store::DecisionLog& log, const Definition& definition, store::LogPosition position) {
  TRY(const auto baseline, store::load_baseline(log, definition.campaign.number));
  if (!baseline) return nothing_folded(definition);
  if (baseline->folded.holds(position)) {
    return base::fail(base::ErrorKind::gone,
                      "it is older than what the log keeps (option log_days): what it was decided "
                      "from was pruned");
  }
  auto state = from_baseline(definition, *baseline, 0);
  if (state) return state;
  return base::fail(base::ErrorKind::gone,
                    "what it was decided from was pruned, and what is kept of it was learned under other settings");
}

Status write_baseline(store::DecisionLog& log, const Definition& definition, const store::LogVector& up_to) {
  TRY(const auto in_force, folded_up_to(log, definition, up_to, 0));
  States states{encode_folded(in_force, true), {}};
  if (in_force.was_reset) {
    TRY(const auto without, folded_up_to(log, definition, up_to, every_reset));
    states.without_resets = encode_folded(without, true);
  }
  return store::save_baseline(log, definition.campaign.number, {up_to, encode(states)});
}

}  // namespace proffer::service
