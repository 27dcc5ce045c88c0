// Log records for tests: small ones, and random ones that use every field.
#pragma once

#include <random>
#include <string>

#include "base/uuid.h"
#include "decision/record.h"

namespace proffer::tests {

inline base::Time time_at(std::int64_t micros) { return base::Time{base::Micros{micros}}; }

// 2024-12-20T13:04:43Z, a moment for clocks to start at.
inline constexpr base::Time sample_time{base::Micros{1'734'699'883'000'000}};

inline decision::DecisionRecord sample_decision(base::Time time, std::string customer = "c-1",
                                                std::uint32_t campaign = 1) {
  decision::DecisionRecord record;
  record.uuid =
      base::make_uuid(time, static_cast<std::uint64_t>(time.time_since_epoch().count()) * 0x9e3779b97f4a7c15ULL);
  record.campaign = campaign;
  record.campaign_version = 3;
  record.customer = std::move(customer);
  record.channel = "api";
  record.subcampaign = "recommender";
  record.userid = "api";
  record.in_params = R"({"segment":"young"})";
  record.asked = 3;
  record.eligible = 100;
  record.method = decision::PropensityMethod::quadrature;
  record.duration_us = 23;
  for (std::uint32_t i = 0; i < 3; ++i) {
    decision::ShownOffer offer;
    offer.option = 10 * i;
    offer.score = 0.125 / (i + 1);
    offer.slot_propensity = 0.01 * (i + 1);
    offer.slate_propensity = 0.03 * (i + 1);
    offer.contacts = 1234 + i;
    offer.accepted = 56;
    record.shown.push_back(offer);
  }
  return record;
}

inline decision::OutcomeRecord sample_outcome(base::Time time, decision::LogPosition position, base::Time decided) {
  decision::OutcomeRecord record;
  record.uuid = base::make_uuid(time, 99);
  record.decision = sample_decision(decided).uuid;
  record.decision_position = position;
  record.decision_date = decided;
  record.campaign = 1;
  record.accepted = {{1, 10}};
  record.channel = "api";
  return record;
}

// Draws every field from its whole range now and then, from its usual values otherwise.
class RandomRecords {
 public:
  explicit RandomRecords(std::uint64_t seed) : generator_(seed) {}

  decision::Record next(base::Time time) {
    switch (below(7)) {
      case 0:
        return decision(time);
      case 1:
        return outcome(time);
      case 2:
        return decision::RecomputationRecord{number()};
      case 3:
        return decision::ResetRecord{number()};
      case 4:
        return baseline();
      case 5:
        return decision::ErasureRecord{number(), text(), text(), generator_(), generator_()};
      default:
        return decision::DefinitionRecord{number(), number(), flip(), call()};
    }
  }

  std::uint64_t below(std::uint64_t bound) { return generator_() % bound; }

 private:
  bool flip() { return below(2) == 0; }
  std::uint32_t number() {
    return flip() ? static_cast<std::uint32_t>(below(200)) : static_cast<std::uint32_t>(generator_());
  }
  base::Time time() { return time_at(static_cast<std::int64_t>(generator_())); }
  base::Uuid uuid(base::Time at) {
    return flip() ? base::make_uuid(at, generator_()) : base::Uuid{generator_(), generator_()};
  }

  double real() {
    switch (below(5)) {
      case 0:
        return static_cast<double>(below(100'000));
      case 1:
        return 0.0;
      case 2:
        return -0.0;
      case 3:
        return 1.0;
      default:
        return std::generate_canonical<double, 53>(generator_) * 1e3 - 500;
    }
  }

  std::string text() {
    std::string out(flip() ? 0 : below(40), ' ');
    for (char& c : out) c = static_cast<char>(generator_());
    return out;
  }

  std::optional<decision::CallKey> call() {
    if (flip()) return std::nullopt;
    return decision::CallKey{text(), text(), generator_()};
  }

  std::optional<base::Time> date() {
    if (flip()) return std::nullopt;
    return time();
  }

  decision::ShownOffer offer() {
    decision::ShownOffer offer;
    offer.option = number();
    offer.score = real();
    offer.slot_propensity = real();
    offer.slate_propensity = flip() ? offer.slot_propensity : real();
    offer.contacts = real();
    offer.accepted = real();
    offer.learning_reward = flip() ? 1 : real();
    offer.reward = flip() ? 1 : real();
    offer.spend = flip() ? 0 : real();
    offer.nominated = flip();
    return offer;
  }

  decision::DecisionRecord decision(base::Time at) {
    decision::DecisionRecord record;
    record.uuid = uuid(at);
    record.campaign = number();
    record.campaign_version = number();
    record.customer = text();
    record.channel = text();
    record.subcampaign = text();
    record.userid = text();
    record.in_params = flip() ? "{}" : text();
    record.gathered = flip() ? "{}" : text();
    record.tracking = text();
    record.cache_key = flip() ? 0 : generator_();
    if (flip()) record.cached_from = uuid(time());
    record.asked = number();
    record.eligible = number();
    record.explore = flip();
    record.explore_model = flip();
    record.method = static_cast<decision::PropensityMethod>(below(4));
    record.propensity_draws = flip() ? 0 : number();
    record.duration_us = number();
    record.date = date();
    record.first_rank = flip() ? 1 : number();
    record.shown.resize(below(5));
    for (auto& shown : record.shown) shown = offer();
    record.erased = flip();
    record.call = call();
    return record;
  }

  decision::BaselineRecord baseline() {
    decision::BaselineRecord record{number(), {}, flip() ? 0 : generator_(), flip(), text()};
    for (auto node = below(3); node > 0; --node) {
      record.folded.advance(decision::position_of(static_cast<std::uint32_t>(node), below(1'000'000) + 1));
    }
    return record;
  }

  decision::OutcomeRecord outcome(base::Time at) {
    decision::OutcomeRecord record;
    record.uuid = uuid(at);
    record.decision = uuid(time());
    record.decision_position = generator_();
    record.campaign = number();
    record.decision_date = flip() ? base::uuid_time(record.decision).value_or(base::Time{}) : time();
    record.customer = flip() ? 0 : generator_();
    record.person = flip() ? 0 : generator_();
    record.accepted.resize(below(4));
    for (auto& accepted : record.accepted) accepted = {number(), number(), flip() ? 0 : real()};
    record.channel = text();
    record.transaction_id = text();
    record.date = date();
    record.call = call();
    return record;
  }

  std::mt19937_64 generator_;
};

}  // namespace proffer::tests
