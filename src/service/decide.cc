#include "service/decide.h"

#include <algorithm>

#include "service/fold.h"

namespace proffer::service {
namespace {

ranking::ArmView view_of(const bandit::LearnedArms& arms) {
  return {arms.alpha(), arms.beta(), arms.contacts(), arms.accepted()};
}

ranking::Scratch& scratch_of_this_thread() {
  thread_local ranking::Scratch scratch;
  return scratch;
}

decision::DecisionRecord record_of(DecideRequest&& request, const Definition& definition, const base::Uuid& uuid,
                                   ranking::Slate slate) {
  decision::DecisionRecord record;
  record.uuid = uuid;
  record.campaign = definition.campaign.number;
  record.campaign_version = definition.campaign.version;
  record.customer = std::move(request.customer);
  record.channel = std::move(request.channel);
  record.subcampaign = definition.campaign.name;
  if (request.subcampaign) record.subcampaign = std::move(*request.subcampaign);
  record.userid = std::move(request.userid);
  record.in_params = std::move(request.in_params);
  record.asked = request.asked;
  record.eligible = slate.eligible;
  record.explore = slate.explore;
  record.explore_model = slate.explore_model;
  record.method = slate.method;
  record.propensity_draws = slate.draws;
  record.shown = std::move(slate.shown);
  for (auto& shown : record.shown) shown.learning_reward = definition.option(shown.option)->learning_reward;
  record.call = std::move(request.call);
  return record;
}

}  // namespace

std::uint64_t seed_of(const base::Uuid& uuid) { return base::mix64(uuid.high ^ base::mix64(uuid.low)); }

ranking::Request ranking_request(const DecideRequest& request, const Definition& definition, std::uint64_t seed) {
  ranking::Request out;
  out.context = request.context;
  out.eligible_offers = request.eligible_offers;
  out.asked = request.asked;
  out.deployment_epsilon = request.epsilon.value_or(definition.campaign.deployment_epsilon);
  out.seed = seed;
  out.propensities = definition.document.propensities;
  return out;
}

Decide::Decide(const Ports& ports, Campaigns& campaigns, base::Metrics& metrics)
    : ports_(ports),
      campaigns_(campaigns),
      made_(metrics.counter("proffer_decisions_total", "Decisions made, dry runs included")),
      explored_(
          metrics.counter("proffer_decisions_explored_total", "Decisions in which the deployment epsilon was hit")) {}

// Between the reservation and the record nothing may fail: the log waits for every place it has given out. Running out
// of memory here ends the process, and what was acknowledged is in the log.
Decided Decide::decide_in(LiveCampaign& live, DecideRequest&& request, const store::Reservation& reservation) noexcept {
  const auto start = ports_.clock.now();
  const auto uuid = base::make_uuid(reservation.time, ports_.entropy.next());
  const auto& definition = *live.definition;
  live.learned.advance(reservation.time);
  auto slate = ranking::decide(definition.campaign, *definition.policy, view_of(live.learned.arms),
                               ranking_request(request, definition, seed_of(uuid)), scratch_of_this_thread());
  const bool dry_run = request.dry_run;
  Decided decided(record_of(std::move(request), definition, uuid, std::move(slate)), reservation.time, live.definition,
                  dry_run);
  if (!dry_run) {
    live.learned.contact(decided.record, reservation.time, reservation.position);
    live.folded = reservation.position;
    decided.reservation = reservation;
  }
  decided.record.duration_us =
      static_cast<std::uint32_t>(std::max((ports_.clock.now() - start).count(), base::Micros::rep{0}));
  return decided;
}

base::Result<Decided> Decide::decide(DecideRequest request) {
  TRY(const auto live, campaigns_.choose(request.project, request.campaign));
  const std::lock_guard lock(live->mutex);
  store::Reservation reservation;
  if (request.dry_run) {
    reservation.time = ports_.clock.now();
  } else {
    TRY(reservation, ports_.log.reserve());
  }
  auto decided = decide_in(*live, std::move(request), reservation);
  made_.add();
  if (decided.record.explore) explored_.add();
  return decided;
}

void Decide::record(Decided&& decided, store::DecisionLog::Done done) {
  if (!decided.reservation) {
    done({});
    return;
  }
  ports_.log.append(*decided.reservation, std::move(decided.record), std::move(done));
}

}  // namespace proffer::service
