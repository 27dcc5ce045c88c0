// What may keep an offer out of a slate, as plain values: parsed and checked when a campaign or its offers are saved.
//
// Rules over fields (`dynamic_eligibility`) are not here: they need documents (service/offer_rules.h).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace proffer::decision {

enum class CountedEvent : std::uint8_t { contact, acceptance };

// At most `count` contacts (or acceptances) of one customer within `period` back from the decision. With `offer` it
// concerns that offer; with `group` all offers whose row has it in column `group`, counted together; with neither each
// offer by itself. Never both.
struct FrequencyCap {
  std::string offer;
  std::string group;
  std::uint32_t count = 1;  // >= 1: once so many are in the log, the offer is left out
  base::Micros period{0};   // > 0
  CountedEvent on = CountedEvent::contact;

  bool operator==(const FrequencyCap&) const = default;
};

inline constexpr std::uint16_t minutes_per_day = 1440;

// Part of a day by the wall clock: from <= minute < to, in minutes after midnight. With to <= from it goes on over
// midnight and ends on the next day; 0 to 1440 is the whole day.
struct TimeRange {
  std::uint16_t from = 0;              // 0 to 1439
  std::uint16_t to = minutes_per_day;  // 0 to 1440

  bool operator==(const TimeRange&) const = default;
};

// A set of weekdays: bit 0 is Monday, bit 6 Sunday.
using Weekdays = std::uint8_t;
inline constexpr Weekdays every_day = 0x7f;

// No offers at all then (an empty slate), on these channels.
struct QuietHours {
  TimeRange range;
  Weekdays days = every_day;          // on which they begin
  std::vector<std::string> channels;  // none: all

  bool operator==(const QuietHours&) const = default;
};

// When an offer can be had: the ranges that begin on each day, Monday first. A day without ranges is closed.
struct OpeningHours {
  std::array<std::vector<TimeRange>, 7> days;

  bool operator==(const OpeningHours&) const = default;
};

// By what the slate is sorted; propensities follow.
enum class RankBy : std::uint8_t { arm_reward, modified_offer_score };

// When an offer's cost is taken from its spend_limit.
enum class SpendOn : std::uint8_t { acceptance, contact };

// A campaign's own constraints.
struct Constraints {
  std::vector<FrequencyCap> frequency_caps;
  std::vector<QuietHours> quiet_hours;
  base::Micros offer_cache{0};  // for which an answer may be repeated to its customer; 0: never
  RankBy rank_by = RankBy::arm_reward;
  SpendOn spend_on = SpendOn::acceptance;

  bool operator==(const Constraints&) const = default;
};

inline constexpr double unlimited_spend = -1;

// What an offer's row says of its eligibility.
struct OfferConstraints {
  std::string group;                          // column `group`; blank: none
  double spend_limit = unlimited_spend;       // column `spend_limit`: >= 0, or -1
  std::optional<OpeningHours> opening_hours;  // column `opening_hours`; absent: always open

  bool operator==(const OfferConstraints&) const = default;
};

// Why an offer was left out of a decision, in the order in which it is asked.
enum class LeftOutBy : std::uint8_t {
  quiet_hours,      // `which`: index in Constraints::quiet_hours
  eligible_offers,  // the request did not name it
  whitelist,        // the customer is listed, and the offer is not in his list
  rule,             // `which`: index of the rule in dynamic_eligibility
  opening_hours,
  budget,
  frequency_cap,  // `which`: index in Constraints::frequency_caps
  context,        // none of its options fits the context
};

struct LeftOut {
  std::uint32_t offer = 0;  // index in Campaign::offers
  LeftOutBy by = LeftOutBy::context;
  std::uint32_t which = 0;

  bool operator==(const LeftOut&) const = default;
};

}  // namespace proffer::decision
