// Frequency caps and quiet hours as a campaign document writes them, and what they become.
#pragma once

#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.h"
#include "decision/constraints.h"
#include "document/describe.h"

namespace proffer::service {

struct FrequencyCapFields {
  std::string offer;
  std::string group;
  std::uint32_t count = 1;
  boost::json::value period;
  std::string on = "contact";
};
BOOST_DESCRIBE_STRUCT(FrequencyCapFields, (), (offer, group, count, period, on))

struct QuietHoursFields {
  std::string from;
  std::string to;
  std::vector<std::string> days;
  std::vector<std::string> channels;
};
BOOST_DESCRIBE_STRUCT(QuietHoursFields, (), (from, to, days, channels))

inline constexpr std::array<std::string_view, 2> counted_events{"contact", "acceptance"};
inline constexpr std::array<std::string_view, 2> rank_choices{"arm_reward", "modified_offer_score"};
inline constexpr std::array<std::string_view, 2> spend_events{"acceptance", "contact"};

// What is wrong keeps its default, and is told with its place below `caps` or `hours`.
std::vector<decision::FrequencyCap> read_frequency_caps(const std::vector<FrequencyCapFields>& fields,
                                                        const document::Place& caps, document::Violations& violations);
std::vector<decision::QuietHours> read_quiet_hours(const std::vector<QuietHoursFields>& fields,
                                                   const document::Place& hours, document::Violations& violations);

}  // namespace proffer::service

namespace proffer::document {

template <>
struct Docs<service::FrequencyCapFields> {
  static constexpr std::string_view title = "FrequencyCap";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"offer",
       "The offer that is capped. With neither offer nor group, each offer is capped by itself.",
       {.max_bytes = base::limits::offer_name_bytes}},
      {"group",
       "The offers whose row has this value in column group, counted together.",
       {.max_bytes = base::limits::offer_name_bytes}},
      {"count",
       "A customer who has had so many within the period gets no more.",
       {.required = true, .text_accepted = true, .minimum = 1, .maximum = 1e6}},
      {"period", "How far back is counted: milliseconds, or a text like \"7 days\".", {.required = true}},
      {"on", "What is counted.", {.allowed = service::counted_events}},
  });
};

template <>
struct Docs<service::QuietHoursFields> {
  static constexpr std::string_view title = "QuietHours";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"from", "When they begin, in the campaign's time zone: \"22:00\" or \"10:00 PM\".", {.required = true}},
      {"to", "When they end: not after from, then on the next day.", {.required = true}},
      {"days", "On which days they begin (\"monday\" or \"mon\"); none: on each.", {.max_items = 7}},
      {"channels",
       "Which channels are quiet; none: all.",
       {.max_bytes = base::limits::text_field_bytes, .max_items = base::limits::constraints_per_campaign}},
  });
};

}  // namespace proffer::document
