// Rules by the clock on the wall: when an offer can be had, and when a customer is left in peace.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time_text.h"
#include "decision/constraints.h"

namespace proffer::ranking {

// A moment as a clock on the wall shows it. What a change to or from summer time leaves out never is, and what it
// repeats is twice.
struct WallClock {
  std::uint8_t weekday = 0;  // 0: Monday
  std::uint16_t minute = 0;  // after midnight, 0 to 1439

  bool operator==(const WallClock&) const = default;
};

WallClock wall_clock(base::Time time, const base::TimeZone& zone);

// "monday" or "mon", in any case; 0 to 6.
std::optional<std::uint8_t> parse_weekday(std::string_view text);

// Minutes after midnight of "9:00", "09:00", "22:30", "11:00 AM", "12 am"; 1440 for "24:00".
std::optional<std::uint16_t> parse_time_of_day(std::string_view text);

// "09:00-17:00", blanks allowed around the parts. Over midnight when the end is not after the beginning.
std::optional<decision::TimeRange> parse_time_range(std::string_view text);

// A wall clock as a caller sets it (`params.day`, `params.time`): what he does not say is as at `actual`. Nothing when
// `day` or `time` cannot be read.
std::optional<WallClock> set_wall_clock(WallClock actual, std::optional<std::string_view> day,
                                        std::optional<std::string_view> time);

bool is_open(const decision::OpeningHours& hours, WallClock at);

// The first of `rules` that keeps `channel` quiet then.
std::optional<std::size_t> quiet_by(std::span<const decision::QuietHours> rules, WallClock at,
                                    std::string_view channel);

}  // namespace proffer::ranking
