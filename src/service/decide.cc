#include "service/decide.h"

#include <algorithm>

#include "service/choose.h"
#include "service/eligibility.h"

namespace proffer::service {
namespace {

constexpr int attempts = 4;

ranking::Scratch& scratch_of_this_thread() {
  thread_local ranking::Scratch scratch;
  return scratch;
}

std::vector<LeftOutOffer> named(const std::vector<decision::LeftOut>& left_out, const Definition& definition) {
  std::vector<LeftOutOffer> out;
  out.reserve(left_out.size());
  for (const auto& one : left_out) {
    out.push_back({definition.campaign.offers[one.offer].name, name_of(one, definition)});
  }
  return out;
}

decision::DecisionRecord record_of(DecideRequest&& request, const Gathered& gathered, const Definition& definition,
                                   const base::Uuid& uuid, Choice&& choice) {
  auto& slate = choice.slate;
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
  record.tracking = gathered.tracking;
  record.asked = request.asked;
  record.eligible = slate.eligible;
  record.explore = slate.explore;
  record.explore_model = slate.explore_model;
  record.method = slate.method;
  record.propensity_draws = slate.draws;
  record.shown = std::move(slate.shown);
  record.cache_key = choice.cache_key;
  if (choice.repeats != nullptr) record.cached_from = choice.repeats->record.uuid;
  record.call = std::move(request.call);
  return record;
}

// Which members the earlier answer had gained, where this one repeats it.
void repeat_added(const AnswerCache::Answer& earlier, Gathered& gathered) {
  auto before = parse_gathered(earlier.record.gathered);
  if (!before || !before->hooks || before->hooks->added.empty()) return;
  if (!gathered.hooks) gathered.hooks.emplace();
  gathered.hooks->added = std::move(before->hooks->added);
}

// What of other nodes the decision was made with: of its own node it is all before.
void name_others(const LiveCampaign& live, const store::Reservation& reservation, decision::DecisionRecord& record) {
  record.others = live.folded;
  record.others.remove(decision::node_of(reservation.position));
}

}  // namespace

HookSubject subject_of(const DecideRequest& request, const Definition& definition, base::Time now) {
  return {definition,
          request.customer,
          request.channel,
          request.userid,
          request.subcampaign ? std::string_view(*request.subcampaign) : std::string_view(definition.campaign.name),
          request.asked,
          request.params,
          now};
}

HookSubject subject_of(const decision::DecisionRecord& record, const Definition& definition,
                       const boost::json::object& params, base::Time time) {
  return {definition, record.customer, record.channel, record.userid, record.subcampaign, record.asked, params, time};
}

std::uint64_t seed_of(const base::Uuid& uuid) { return base::mix64(uuid.high ^ base::mix64(uuid.low)); }

Decide::Decide(const Ports& ports, Campaigns& campaigns, base::Metrics& metrics, ChatEndpoint chat)
    : ports_(ports),
      campaigns_(campaigns),
      made_(metrics.counter("proffer_decisions_total", "Decisions made, dry runs included")),
      explored_(
          metrics.counter("proffer_decisions_explored_total", "Decisions in which the deployment epsilon was hit")),
      gather_(ports, std::move(chat)),
      hook_errors_(metrics) {}

bool Decide::waits(const DecideRequest& request) const {
  const auto live = campaigns_.choose(request.project, request.campaign);
  return live && gather_.waits(*(*live)->current());
}

// Between the reservation and the record nothing may fail: the log waits for every place it has given out. Running out
// of memory here ends the process, and what was acknowledged is in the log.
Decided Decide::decide_in(LiveCampaign& live, DecideRequest&& request, Gathered&& gathered,
                          const store::Reservation& reservation) noexcept {
  const auto start = ports_.clock.now();
  const auto uuid = base::make_uuid(reservation.time, ports_.entropy.next());
  const auto& definition = *live.definition;
  live.learned.advance(reservation.time);
  ChoiceRequest asked{definition,       gathered,         request.params,
                      request.customer, request.channel,  request.asked,
                      seed_of(uuid),    reservation.time, definition.document.propensities,
                      request.explain};
  auto choice = choose(asked, live.learned, scratch_of_this_thread());
  const bool repeats = choice.repeats != nullptr;
  if (repeats) repeat_added(*choice.repeats, gathered);
  if (request.explain) gathered.left_out = named(choice.left_out, definition);
  const bool dry_run = request.dry_run;
  const bool tells = gathers(definition) || request.explain;
  // The parameters stay where they are; everything else of the request becomes part of the record.
  Decided decided(record_of(std::move(request), gathered, definition, uuid, std::move(choice)), reservation.time,
                  live.definition, dry_run);
  if (tells || gathered.hooks) decided.record.gathered = gathered_text(gathered);
  if (!repeats && has_post_score(definition)) {
    post_score(decided, asked, live.learned, gathered);
    if (tells || gathered.hooks) decided.record.gathered = gathered_text(gathered);
  }
  if (!dry_run) {
    if (ports_.log.is_shared()) name_others(live, reservation, decided.record);
    live.learned.contact(decided.record, reservation.time, reservation.position);
    live.took(reservation, decided.record);
    decided.reservation = reservation;
  }
  decided.record.duration_us =
      static_cast<std::uint32_t>(std::max((ports_.clock.now() - start).count(), base::Micros::rep{0}));
  return decided;
}

// Runs the hook on what was chosen.
void Decide::post_score(Decided& decided, ChoiceRequest asked, Learned& learned, Gathered& gathered) {
  asked.customer = decided.record.customer;  // the request's own text has moved there
  asked.channel = decided.record.channel;
  const auto subject = subject_of(decided.record, *decided.definition, asked.params, decided.time);
  const auto done = run_post_score(subject, decided.record, gathered, [&](std::uint32_t n) {
    return draw_again(asked, n, learned, scratch_of_this_thread());
  });
  if (gathered.hooks && !gathered.hooks->post_error.empty()) {
    hook_errors_.count(decided.definition->campaign.name, "post_score");
  }
  if (!done) decided.failed = done.error();
}

// What was gathered holds for one version of the campaign: when that changes meanwhile, it is gathered again.
base::Result<Decided> Decide::decide(DecideRequest request) {
  TRY(const auto live, campaigns_.choose(request.project, request.campaign));
  auto definition = live->current();
  for (int attempt = 0; attempt < attempts; ++attempt) {
    TRY(auto gathered, gather_.run(*definition, request));
    TRY_DO(run_hooks_before(subject_of(request, *definition, ports_.clock.now()), gathered, hook_errors_));
    gather_.ask(*live, *definition, gathered);
    const std::lock_guard lock(live->mutex);
    if (live->definition == definition) return decide_locked(*live, std::move(request), std::move(gathered));
    definition = live->definition;
  }
  return base::fail(base::ErrorKind::unavailable, "the campaign is being changed: try again");
}

base::Result<Decided> Decide::decide_locked(LiveCampaign& live, DecideRequest&& request, Gathered&& gathered) {
  store::Reservation reservation;
  if (request.dry_run) {
    reservation.time = ports_.clock.now();
  } else {
    TRY(reservation, ports_.log.reserve(live.newest));
  }
  auto decided = decide_in(live, std::move(request), std::move(gathered), reservation);
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
