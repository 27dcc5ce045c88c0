#include "service/respond.h"

#include <algorithm>

#include "service/fold.h"
#include "service/set_aside.h"

namespace proffer::service {
namespace {

const decision::DecisionRecord& decision_in(const decision::LogEntry& entry) {
  return std::get<decision::DecisionRecord>(entry.record);
}

std::string quoted_json(const std::string& text) { return boost::json::serialize(boost::json::value(text)); }

// Where the slate showed each named offer; `invalid` with all the names that it did not show.
base::Result<std::vector<std::size_t>> places_of(const std::vector<std::string>& offers,
                                                 const decision::DecisionRecord& decision,
                                                 const Definition& definition) {
  std::vector<std::size_t> places;
  base::Error error{base::ErrorKind::invalid, "", {}};
  for (std::size_t i = 0; i < offers.size(); ++i) {
    const auto found = std::ranges::find_if(decision.shown, [&](const decision::ShownOffer& shown) {
      const auto* option = definition.option(shown.option);
      return option != nullptr && option->offer == offers[i];
    });
    if (found == decision.shown.end()) {
      error.fields.push_back({"body.offers_accepted[" + std::to_string(i) + "]",
                              "an offer that this decision did not show", quoted_json(offers[i])});
      continue;
    }
    const auto place = static_cast<std::size_t>(found - decision.shown.begin());
    if (std::ranges::find(places, place) == places.end()) places.push_back(place);
  }
  if (error.fields.empty()) return places;
  error.message = "offer " + error.fields.front().value + " was not shown by decision " + decision.uuid.to_string();
  return tl::unexpected(std::move(error));
}

// What the acceptances take from budgets, as the campaign is now.
void price(const Definition& definition, decision::OutcomeRecord& outcome) {
  if (definition.campaign.constraints.spend_on != decision::SpendOn::acceptance) return;
  for (auto& accepted : outcome.accepted) {
    const auto row = definition.rows.find(accepted.option);
    if (row != definition.rows.end() && row->second.constraints.spend_limit >= 0)
      accepted.spend = row->second.option.cost;
  }
}

}  // namespace

Respond::Respond(const Ports& ports, Campaigns& campaigns, base::Metrics& metrics)
    : ports_(ports),
      campaigns_(campaigns),
      outcomes_(metrics.counter("proffer_outcomes_total", "Accepted offers recorded")) {}

void Respond::run(const RespondRequest& request, Done done) {
  auto responded = gather(request);
  if (!responded && responded.error().kind == base::ErrorKind::unavailable && ports_.log.is_alone()) {
    if (auto kept = ports_.log.set_aside(note_of(request, ports_.clock.now())); !kept)
      return done(tl::unexpected(kept.error()));
    Responded later;
    later.set_aside = true;
    return done(std::move(later));
  }
  if (!responded) return done(tl::unexpected(std::move(responded).error()));
  const auto position = responded->decision.position;
  if (!claim(position)) {
    return done(
        base::fail(base::ErrorKind::conflict, "another call is recording an outcome of this decision: try again"));
  }
  auto fresh = unrecorded(*responded);
  if (!fresh || (fresh->empty() && !request.call)) {  // a call with a key leaves a record even when it adds nothing
    release(position);
    if (!fresh) return done(tl::unexpected(std::move(fresh).error()));
    return done(std::move(*responded));
  }
  if (auto status = record(request, std::move(*responded), std::move(*fresh), done); !status) {
    release(position);
    done(tl::unexpected(std::move(status).error()));
  }
}

base::Result<Responded> Respond::gather(const RespondRequest& request) {
  TRY(auto entry, ports_.log.find_decision(request.decision));
  if (!entry) return base::fail(base::ErrorKind::not_found, "UUID not found.");
  const auto& decision = decision_in(*entry);
  TRY(auto definition, campaigns_.definition_at(ports_.documents, decision.campaign, decision.campaign_version));
  if (definition->campaign.project != request.project) return base::fail(base::ErrorKind::not_found, "UUID not found.");
  TRY(auto places, places_of(request.offers, decision, *definition));
  return Responded{std::move(*entry), std::move(definition), std::move(places)};
}

base::Result<std::vector<decision::Accepted>> Respond::unrecorded(const Responded& responded) {
  TRY(const auto outcomes, ports_.log.outcomes_of(responded.decision.position));
  std::vector<decision::Accepted> fresh;
  for (const auto place : responded.places) {
    const auto known = std::ranges::any_of(outcomes, [&](const decision::LogEntry& entry) {
      const auto* outcome = std::get_if<decision::OutcomeRecord>(&entry.record);
      return outcome != nullptr &&
             std::ranges::any_of(outcome->accepted, [&](const auto& a) { return a.place == place; });
    });
    if (!known)
      fresh.push_back({static_cast<std::uint32_t>(place), decision_in(responded.decision).shown[place].option});
  }
  return fresh;
}

base::Status Respond::record(const RespondRequest& request, Responded responded, std::vector<decision::Accepted> fresh,
                             Done done) {
  const auto& decision = decision_in(responded.decision);
  decision::OutcomeRecord outcome;
  outcome.decision = decision.uuid;
  outcome.decision_position = responded.decision.position;
  outcome.campaign = decision.campaign;
  outcome.decision_date = decision::date_of(decision, responded.decision.time);
  outcome.customer = customer_key(decision.customer);
  if (!decision.tracking.empty()) outcome.person = customer_key(decision.tracking);
  outcome.accepted = std::move(fresh);
  outcome.channel = request.channel.value_or(decision.channel);
  outcome.transaction_id = request.transaction_id;
  outcome.call = request.call;
  const auto live = campaigns_.find(decision.campaign);  // null when the campaign is deleted: logged all the same
  std::unique_lock<std::mutex> lock;
  if (live) {
    lock = std::unique_lock(live->mutex);
    price(*live->definition, outcome);
  }
  // Later than the decision, which may be another node's, by another clock.
  const auto after = live ? std::max(live->newest, responded.decision.time) : responded.decision.time;
  TRY(const auto reservation, ports_.log.reserve(after));
  append(reservation, std::move(outcome), live.get(), std::move(lock), std::move(responded), std::move(done));
  return {};
}

// Every later record waits for this place, so nothing here may fail; without memory the process ends.
void Respond::append(const store::Reservation& reservation, decision::OutcomeRecord outcome, LiveCampaign* live,
                     std::unique_lock<std::mutex> lock, Responded responded, Done done) noexcept {
  outcomes_.add(outcome.accepted.size());
  outcome.uuid = base::make_uuid(reservation.time, ports_.entropy.next());
  if (live != nullptr) {
    live->learned.outcome(outcome, reservation.time);
    live->took(reservation, outcome);
    lock.unlock();
  }
  ports_.log.append(
      reservation, std::move(outcome),
      [this, answered = std::move(responded), done = std::move(done)](const base::Status& status) mutable {
        release(answered.decision.position);
        if (!status) return done(tl::unexpected(status.error()));
        done(std::move(answered));
      });
}

bool Respond::claim(store::LogPosition decision) {
  const std::lock_guard lock(claims_mutex_);
  return claims_.insert(decision).second;
}

void Respond::release(store::LogPosition decision) {
  const std::lock_guard lock(claims_mutex_);
  claims_.erase(decision);
}

}  // namespace proffer::service
